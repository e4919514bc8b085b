"""Policy text of the JSON report: lines cut into pieces, some of them marked and labelled.

The cuts lie at the ends of marks. Redaction and escapes change lengths, and a piece keeps its mark
whatever becomes of its text.
"""

from __future__ import annotations

from itertools import pairwise

from bedrock_doctor.model.finding import Place
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.policy_lines import PolicyLine, policy_lines

WIDTH = 94
"""Columns that long lines are set anew for."""


def excerpt_entry(place: Place) -> doc.ExcerptEntry | None:
    """What is shown of a place; None where its policy has no text."""
    if not place.source.text:
        return None
    shown = policy_lines(place, WIDTH)
    return doc.ExcerptEntry(
        reformatted=shown.reformatted,
        lines=[_line(line) for line in shown.lines],
        remarks=[mark.label for mark in shown.loose if mark.label],
    )


def _line(line: PolicyLine) -> doc.LineEntry:
    length = len(line.text)
    cuts = sorted({0, length, *(min(c, length) for u in line.marks for c in (u.start, u.end))})
    starts = {start: number for number, start in enumerate(cuts[:-1])}
    ends = {end: number for number, end in enumerate(cuts[1:])}
    pieces = []
    for start, end in pairwise(cuts):
        covering = [u.mark.primary for u in line.marks if u.start <= start and end <= u.end]
        mark = ("primary" if any(covering) else "context") if covering else None
        pieces.append(doc.PieceEntry(text=line.text[start:end], mark=mark))
    labels = [
        doc.LabelEntry(
            first=starts[underlined.start],
            last=ends[min(underlined.end, length)],
            primary=underlined.mark.primary,
            text=underlined.mark.label,
        )
        for underlined in line.marks
        if underlined.start < length
    ]
    return doc.LineEntry(
        number=line.number, follows_gap=line.follows_gap, pieces=pieces, labels=labels
    )
