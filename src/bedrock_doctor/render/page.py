"""A page of terminal text: lines made of styled pieces, laid out for a width.

Styles are plain SGR codes: a page needs six of them, and a library for it would cost more time to
import than the whole rendering takes (docs/adr/0006-command-line-and-rendering.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from bedrock_doctor.render.printable import printable


class Style(Enum):
    """The styles of a page. Colour is never the only signal: every styled word says it too."""

    PLAIN = ""
    BOLD = "1"
    DENY = "1;31"
    ALLOW = "32"
    UNKNOWN = "33"
    SPAN = "36"
    DIM = "2"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(slots=True)
class Page:
    """Text for a terminal, built line by line.

    Attributes:
        width: columns to lay out for. Tokens that are longer stand alone and are never cut.
        colour: whether styles are written.
        conceal: how foreign text is redacted before it is printed.
    """

    width: int = 100
    colour: bool = False
    conceal: Callable[[str], str] = str
    _lines: list[str] = field(default_factory=list)

    def foreign(self, text: str) -> str:
        """Text from policies, messages or arguments as it may be printed."""
        return printable(self.conceal(text))

    def line(self, *pieces: str | Piece) -> None:
        """Adds a line as it is, however long."""
        self._lines.append("".join(self._paint(piece) for piece in pieces).rstrip())

    def blank(self) -> None:
        """Adds an empty line, unless the last one is empty already."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def wrap(
        self,
        first: str,
        text: str,
        *,
        rest: str | None = None,
        style: Style = Style.PLAIN,
        head: Style = Style.PLAIN,
    ) -> None:
        """Adds a paragraph that is broken between tokens only.

        Args:
            first: what stands before the first line.
            text: the paragraph, printable already.
            rest: what stands before the other lines; by default blanks as wide as `first`.
            style: of the paragraph.
            head: style of `first`.
        """
        indent = " " * len(first) if rest is None else rest
        for number, part in enumerate(
            wrapped(text, self.width - len(first), self.width - len(indent))
        ):
            start = Piece(first, head) if number == 0 else Piece(indent)
            self.line(start, Piece(part, style))

    def text(self) -> str:
        """The whole page; ends with a line feed."""
        lines = self._lines
        while lines and not lines[-1]:
            lines = lines[:-1]
        return "\n".join(lines) + "\n" if lines else ""

    def _paint(self, piece: str | Piece) -> str:
        if isinstance(piece, str):
            return piece
        if not self.colour or piece.style is Style.PLAIN or not piece.text:
            return piece.text
        return f"\x1b[{piece.style.value}m{piece.text}\x1b[0m"


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """Breaks a text at blanks into lines of at most `first`, then `rest` columns.

    A token that is longer than a line gets a line of its own.
    """
    lines: list[str] = []
    current = ""
    room = first
    for token in text.split(" "):
        joined = f"{current} {token}" if current else token
        if current and len(joined) > room:
            lines.append(current)
            current, room = token, rest
        else:
            current = joined
    return [*lines, current]


def columns(rows: Iterable[tuple[str, ...]]) -> list[int]:
    """The widest cell of each column, the last column left out."""
    table = list(rows)
    return [max(len(row[i]) for row in table) for i in range(len(table[0]) - 1)] if table else []
