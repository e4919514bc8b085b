"""Near matches: which of the names that exist somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def near_matches(
    text: str, names: Iterable[str], limit: int = 3, cutoff: float = 0.6
) -> tuple[str, ...]:
    """The names most alike to `text`, best first, without regard to case.

    Args:
        text: what was written.
        names: what exists.
        limit: at most so many.
        cutoff: least likeness, from 0 (nothing in common) to 1 (equal).
    """
    import difflib  # only needed when a name is wrong

    by_lower: dict[str, str] = {}
    for name in names:
        by_lower.setdefault(name.lower(), name)
    found = difflib.get_close_matches(text.lower(), list(by_lower), limit, cutoff)
    return tuple(by_lower[lower] for lower in found)
