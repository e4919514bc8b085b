"""Policy text for the page: rows of styled stretches, each label under the value that it names."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.render import report_document as doc

_GUTTER = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text in one style: the name of a class, or empty."""

    text: str
    style: str = ""


def excerpt_rows(excerpt: doc.ExcerptEntry) -> list[list[Stretch]]:
    """The rows of an excerpt, from top to bottom."""
    rows: list[list[Stretch]] = []
    for line in excerpt.lines:
        if line.follows_gap:
            rows.append([Stretch(f"{'':>{_GUTTER}} ...", "no")])
        number = "" if line.number is None else str(line.number)
        pieces = [Stretch(piece.text, piece.mark or "") for piece in line.pieces]
        rows.append([Stretch(f"{number:>{_GUTTER}} | ", "no"), *pieces])
        rows += [_label(line, label) for label in line.labels if label.text]
    rows += [[_margin("= "), Stretch(text, "label")] for text in excerpt.remarks]
    return rows


def _label(line: doc.LineEntry, label: doc.LabelEntry) -> list[Stretch]:
    before = "".join(piece.text for piece in line.pieces[: label.first])
    indent = "".join("\t" if character == "\t" else " " for character in before)
    sign, style = ("^", "label") if label.primary else ("-", "label context")
    return [_margin("| "), Stretch(indent), Stretch(f"{sign} {label.text}", style)]


def _margin(sign: str) -> Stretch:
    return Stretch(f"{'':>{_GUTTER}} {sign}", "no")
