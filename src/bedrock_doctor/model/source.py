"""Where a document came from, and positions in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line and column count characters from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: character offsets, the end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Declared:
    """Where a document is written that is not deployed yet.

    Attributes:
        resource: the resource that holds it: ``module.ai.aws_iam_role.gateway``, or a logical id.
        pointer: JSON pointer of the document in the file, or empty.
        anchors: offsets in the document's text, ascending, with the places in the file that they
            come from; none where the file's lines say nothing.
    """

    resource: str
    pointer: str = ""
    anchors: tuple[tuple[int, Position], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one document.

    Attributes:
        text: the document itself, as it stands in the file or after one decoding.
        path: the file that holds it, relative to its snapshot with ``/`` separators, or None.
        origin: position of the text's first character in that file. It is (1, 1) when the document
            was decoded from a JSON string or from URL encoding: positions then count in `text`.
        verbatim: True when `text` is a literal part of the file: its positions are the file's.
        declared: where it is written, for a document that is not deployed yet.
    """

    text: str
    path: str | None = None
    origin: Position = Position(1, 1)
    verbatim: bool = True
    declared: Declared | None = None
    _lines: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def position(self, offset: int) -> Position:
        """The position of a character offset, in file coordinates where `verbatim`."""
        if not self._lines:
            self._lines.append(0)
            at = self.text.find("\n")
            while at != -1:
                self._lines.append(at + 1)
                at = self.text.find("\n", at + 1)
        line = bisect_right(self._lines, offset) - 1
        column = offset - self._lines[line] + 1
        if line == 0:
            column += self.origin.column - 1
        return Position(self.origin.line + line, column)

    def file_position(self, offset: int) -> Position | None:
        """The position in the file of what stands at an offset; None where that cannot be told."""
        if self.path is None:
            return None
        if self.verbatim:
            return self.position(offset)
        anchors = self.declared.anchors if self.declared else ()
        index = bisect_right(anchors, offset, key=lambda anchor: anchor[0])
        return anchors[index - 1][1] if index else None
