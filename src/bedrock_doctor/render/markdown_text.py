"""Foreign text in Markdown: it is shown as it is, and never becomes markup.

https://github.github.com/gfm/#backslash-escapes
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bedrock_doctor.render.printable import printable, printable_lines

_PUNCTUATION = re.compile(r"([\\`*_\[\]<>#|~&])")
_LINE_START = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))")
"""What begins a list or underlines a heading; other such signs are escaped anywhere."""
_TICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """One line of running text."""
    escaped = _PUNCTUATION.sub(r"\\\1", printable(text))
    return _LINE_START.sub(
        lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", escaped
    )


def code(text: str) -> str:
    """A code span; also fit for the cell of a table."""
    shown = printable(text).replace("|", "\\|")
    fence = "`" * (_longest(shown) + 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}" if shown else ""


def block(text: str, language: str = "text") -> list[str]:
    """The lines of a code block."""
    shown = printable_lines(text.rstrip("\n"))
    fence = "`" * max(3, _longest(shown) + 1)
    return [f"{fence}{language}", *shown.split("\n"), fence]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table of cells that are Markdown already."""
    names = list(head)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return [*lines, *(f"| {' | '.join(cells)} |" for cells in rows)]


def _longest(text: str) -> int:
    return max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
