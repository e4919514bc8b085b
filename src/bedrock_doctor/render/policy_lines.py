"""The lines of a policy that a report shows: chosen, dedented, reformatted where too long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.model.finding import Mark, Place
from bedrock_doctor.model.json_spans import JsonDefect, Node, read_json
from bedrock_doctor.model.source import Span
from bedrock_doctor.render.reflow import Stretch, reflow

_STATEMENT = re.compile(r"/Statement(/\d+)?(?=/|$)")
_WHOLE = 9
"""A statement of so many lines is shown whole."""
_ALIKE = 3
"""So many marks of one label are shown."""
_SPREAD = 3
"""So many lines more are shown of a marked value that goes over several."""
_CONTEXT = 1
"""Lines shown before and behind one that is underlined."""


@dataclass(frozen=True, slots=True)
class Underlined:
    """A mark on a line, in columns from 0, the end excluded."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of a policy as a report shows it.

    Attributes:
        number: its number in the file (or in the document, when that was decoded from a string);
            None where the text was reformatted.
        text: the line.
        marks: what is underlined in it, from left to right.
        follows_gap: lines before it were left out.
    """

    number: int | None
    text: str
    marks: tuple[Underlined, ...]
    follows_gap: bool = False


@dataclass(frozen=True, slots=True)
class PolicyLines:
    """What is shown of a place in a policy.

    Attributes:
        lines: in document order.
        reformatted: whether they are set anew.
        loose: marks that belong to no line that can be shown.
    """

    lines: tuple[PolicyLine, ...]
    reformatted: bool
    loose: tuple[Mark, ...] = ()


def policy_lines(place: Place, width: int) -> PolicyLines:
    """The lines of the place's statement that matter, at most `width` columns where possible."""
    place = replace(place, marks=tuple(_telling(place.marks)))
    statement = statement_node(place)
    if statement is None:
        return _as_written(place, _marked_span(place), None)
    written = _as_written(place, statement.span, statement)
    longest = max((len(line.text) for line in written.lines), default=0)
    if longest <= width:
        return written
    anew = _reformatted(place, statement, width)
    shorter = max(len(line.text) for line in anew.lines) < longest
    return anew if shorter else written


def _telling(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """Of marks that say the same the first few, the last of them with the number of the others.

    Neighbours of one label are labelled once, at the last of them.
    """
    alike = Counter(mark.label for mark in marks)
    shown: Counter[str] = Counter()
    for mark in marks:
        shown[mark.label] += 1
        number, total = shown[mark.label], alike[mark.label]
        if number > _ALIKE:
            continue
        rest = f" (and {total - _ALIKE} more like it)" if total > _ALIKE else ""
        last = number == min(total, _ALIKE)
        yield replace(mark, label=mark.label + rest if last else "")


def statement_node(place: Place) -> Node | None:
    """The statement of a place, or the value it names; None when the text cannot be read."""
    try:
        document = read_json(place.source.text)
    except JsonDefect:
        return None
    found = _STATEMENT.match(place.pointer)
    return document.at(found[0] if found else place.pointer) or document


def _marked_span(place: Place) -> Span:
    if not place.marks:
        return Span(0, 0)
    return Span(
        min(mark.span.start for mark in place.marks), max(mark.span.end for mark in place.marks)
    )


def _as_written(place: Place, span: Span, statement: Node | None) -> PolicyLines:
    text, source = place.source.text, place.source
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    rows = text[start : end if end >= 0 else len(text)].split("\n")
    offsets = [start]
    for row in rows:
        offsets.append(offsets[-1] + len(row) + 1)
    stretches: list[tuple[Mark, Stretch | None]] = []
    for mark in place.marks:
        inside = span.start <= mark.span.start < offsets[-1]
        at = bisect_right(offsets, mark.span.start) - 1
        stretches.append((mark, _on_row(mark, at, offsets, rows) if inside else None))
    keep = {0} if statement is None else _heads(statement, offsets)
    first = source.position(start).line
    chosen = _chosen([row.rstrip("\r") for row in rows], stretches, keep, first)
    return PolicyLines(chosen, False, tuple(mark for mark, at in stretches if at is None))


def _on_row(mark: Mark, row: int, offsets: list[int], rows: list[str]) -> Stretch:
    start = mark.span.start - offsets[row]
    end = min(mark.span.end - offsets[row], len(rows[row].rstrip("\r")))
    last = min(bisect_right(offsets, mark.span.end - 1), len(rows)) - 1
    return Stretch(row, start, max(end, start + 1), last)


def _heads(statement: Node, offsets: list[int]) -> set[int]:
    """Rows of the statement's Sid and Effect."""
    spans = [m.name_span.start for m in statement.members if m.name in ("Sid", "Effect")]
    return {
        row
        for at in spans
        for row in range(len(offsets) - 1)
        if offsets[row] <= at < offsets[row + 1]
    }


def _reformatted(place: Place, statement: Node, width: int) -> PolicyLines:
    anew = reflow(place.source.text, statement, width)
    stretches: list[tuple[Mark, Stretch | None]] = [
        (mark, anew.stretches.get(mark.span)) for mark in place.marks
    ]
    heads = {
        anew.stretches[member.name_span].line
        for member in statement.members
        if member.name in ("Sid", "Effect") and member.name_span in anew.stretches
    }
    chosen = _chosen(anew.lines, stretches, heads, None)
    return PolicyLines(chosen, True, tuple(mark for mark, at in stretches if at is None))


def _chosen(
    rows: list[str],
    stretches: list[tuple[Mark, Stretch | None]],
    heads: set[int],
    first: int | None,
) -> tuple[PolicyLine, ...]:
    marked: dict[int, list[Underlined]] = {}
    for mark, at in stretches:
        if at is not None:
            marked.setdefault(at.line, []).append(Underlined(at.start, at.end, mark))
    covered = {
        row
        for _, at in stretches
        if at is not None
        for row in range(at.line, min(at.last, at.line + _SPREAD) + 1)
    }
    numbers = _numbers(len(rows), covered, heads)
    margin = _margin([rows[i] for i in numbers])
    lines = []
    for position, i in enumerate(numbers):
        marks = sorted(marked.get(i, ()), key=lambda entry: (entry.start, entry.end))
        lines.append(
            PolicyLine(
                None if first is None else first + i,
                rows[i][margin:],
                tuple(Underlined(u.start - margin, u.end - margin, u.mark) for u in marks),
                position > 0 and numbers[position - 1] != i - 1,
            )
        )
    return tuple(lines)


def _numbers(count: int, marked: set[int], heads: set[int]) -> list[int]:
    if count <= _WHOLE:
        return list(range(count))
    near = {i + step for i in marked for step in range(-_CONTEXT, _CONTEXT + 1)}
    wanted = sorted(i for i in near | heads if 0 <= i < count)
    # A gap of one line is not worth a line of dots.
    filled = set(wanted) | {i + 1 for i in wanted if i + 2 in near | heads}
    return sorted(i for i in filled if i < count) or list(range(_WHOLE))


def _margin(rows: list[str]) -> int:
    """Blanks that all rows begin with, less two for the look of it."""
    indents = [len(row) - len(row.lstrip(" \t")) for row in rows if row.strip()]
    return max(0, min(indents, default=0) - 2)
