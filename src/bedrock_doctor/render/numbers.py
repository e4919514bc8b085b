"""Numbers in words, for answers in which they grow large."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun, for example ``1,204 denied calls``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
