"""Setting a policy statement anew over several lines, with every value's old and new place.

Policies are often stored minified: one line of thousands of characters. Such a line cannot be
underlined legibly, so the statement is shown reformatted and marked as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bedrock_doctor.model.json_spans import Node
from bedrock_doctor.model.source import Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one line, of a value that may go on: lines and columns from 0.

    Attributes:
        line: number of the line.
        start: column of its first character.
        end: column behind its last character on this line.
        last: number of the line on which the value ends.
    """

    line: int
    start: int
    end: int
    last: int


@dataclass(slots=True)
class Reflowed:
    """A value set anew.

    Attributes:
        lines: its text.
        stretches: span in the original text to the place in `lines`; a value that goes over
            several lines is represented by its first line.
    """

    lines: list[str]
    stretches: dict[Span, Stretch] = field(default_factory=dict)


def reflow(text: str, node: Node, width: int) -> Reflowed:
    """Sets a value with an indent of two; what fits into a line stays on it.

    Args:
        text: the document that holds the value.
        node: the value.
        width: columns at disposal.
    """
    setter = _Setter(text, width)
    setter.value(node, "", "")
    setter.end_line("")
    return Reflowed(setter.lines, setter.stretches)


class _Setter:
    __slots__ = ("current", "lines", "stretches", "text", "width")

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = width
        self.lines: list[str] = []
        self.current = ""
        self.stretches: dict[Span, Stretch] = {}

    def end_line(self, indent: str) -> None:
        self.lines.append(self.current)
        self.current = indent

    def value(self, node: Node, indent: str, behind: str) -> None:
        """Sets a value; `behind` is what follows it on its last line and must fit too."""
        start, line = len(self.current), len(self.lines)
        if node.kind not in ("object", "array"):
            self.current += self.text[node.span.start : node.span.end]
        elif self._fits(node, behind):
            self._compact(node)
        else:
            self._spread(node, indent, behind)
        end = len(self.current) if len(self.lines) == line else len(self.lines[line])
        self.stretches[node.span] = Stretch(line, start, end, len(self.lines))

    def _fits(self, node: Node, behind: str) -> bool:
        room = self.width - len(self.current) - len(behind)
        return node.span.end - node.span.start < 4 * self.width and _length(node) <= room

    def _compact(self, node: Node) -> None:
        opening, closing = ("{", "}") if node.kind == "object" else ("[", "]")
        self.current += opening
        for number, (name, value) in enumerate(_parts(node)):
            self.current += ", " if number else ""
            self._name(name)
            self.value(value, "", "")
        self.current += closing

    def _spread(self, node: Node, indent: str, behind: str) -> None:
        opening, closing = ("{", "}") if node.kind == "object" else ("[", "]")
        inner = indent + "  "
        self.current += opening
        parts = list(_parts(node))
        for number, (name, value) in enumerate(parts):
            self.end_line(inner)
            comma = "," if number < len(parts) - 1 else ""
            self._name(name)
            self.value(value, inner, comma)
            self.current += comma
        self.end_line(indent)
        self.current += closing

    def _name(self, span: Span | None) -> None:
        if span is None:
            return
        start = len(self.current)
        self.current += self.text[span.start : span.end]
        line = len(self.lines)
        self.stretches[span] = Stretch(line, start, len(self.current), line)
        self.current += ": "


def _parts(node: Node) -> Iterable[tuple[Span | None, Node]]:
    if node.kind == "object":
        return [(member.name_span, member.value) for member in node.members]
    return [(None, item) for item in node.items]


def _length(node: Node) -> int:
    """Columns of a value on one line."""
    if node.kind not in ("object", "array"):
        return node.span.end - node.span.start
    total = 2
    for number, (name, value) in enumerate(_parts(node)):
        total += 2 if number else 0
        total += name.end - name.start + 2 if name else 0
        total += _length(value)
    return total
