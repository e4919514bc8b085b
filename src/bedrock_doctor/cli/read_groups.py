"""The option that names kinds of reads, the same for `collect` and `permissions`."""

from __future__ import annotations

from bedrock_doctor.errors import UsageError


def groups_of(only: str | None) -> tuple[str, ...]:
    """The kinds that ``--only`` names, or all.

    Raises:
        UsageError: one of them does not exist.
    """
    from bedrock_doctor.live.reads import Group

    known = tuple(group.value for group in Group)
    if only is None:
        return known
    named = tuple(word.strip() for word in only.split(",") if word.strip())
    for word in named:
        if word not in known:
            raise UsageError(f"--only `{word}`: no such kind", help=f"expected {', '.join(known)}")
    if not named:
        raise UsageError("--only names nothing", help=f"expected {', '.join(known)}")
    return named
