"""Two attempts side by side, for a terminal."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.render.comparison_words import (
    NAMES,
    heading,
    option_words,
    reasons,
    side_words,
    verdict_words,
)
from bedrock_doctor.render.document_words import layer_words
from bedrock_doctor.render.page import Page, Piece, Style

_HEADS = {
    "yes": ("parting: ", Style.DENY),
    "perhaps": ("unknown: ", Style.UNKNOWN),
    "no": ("alike: ", Style.ALLOW),
}
_STYLES = {"DENY": Style.DENY, "unknown": Style.UNKNOWN, "allow": Style.ALLOW}


def comparison_text(tree: dict[str, Any], *, width: int = 100, colour: bool = False) -> str:
    """The comparison as text.

    Args:
        tree: its JSON, redacted already.
        width: columns to lay out for.
        colour: whether to write SGR codes.
    """
    page = Page(width, colour)
    head, style = _HEADS[tree["parting"]]
    page.wrap(head, page.foreign(heading(tree)), rest="  ", head=style, style=Style.BOLD)
    page.blank()
    for sentence in reasons(tree):
        page.wrap("  ", page.foreign(sentence), rest="    ")
    page.blank()
    _add_differences(page, tree)
    page.blank()
    _add_layers(page, tree)
    page.blank()
    for side, name in NAMES.items():
        page.wrap(f"{name}: ", page.foreign(verdict_words(tree[side])))
    return page.text()


def _add_differences(page: Page, tree: dict[str, Any]) -> None:
    page.line("  ", Piece("What differs in the question", Style.BOLD))
    if not tree["differs"]:
        page.line("    nothing")
    for entry in tree["differs"]:
        page.line(f"    {page.foreign(entry['option'])}")
        for side, name in NAMES.items():
            page.wrap(f"      {name}  ", page.foreign(option_words(entry[side])))


def _add_layers(page: Page, tree: dict[str, Any]) -> None:
    rows = tree["layers"]
    labels = [layer_words(row["layer"]) for row in rows]
    column = max((len(label) for label in labels), default=0) + 8
    wide = max([5, *(len(page.foreign(side_words(row["left"]))) for row in rows)]) + 2
    title = "  Layer by layer"
    page.line(Piece(title, Style.BOLD), " " * (column - len(title)), f"{'first':<{wide}}other")
    step = ""
    for row, label in zip(rows, labels, strict=True):
        if row["step"] != step:
            step = row["step"]
            page.line(f"    {page.foreign(step)}")
        left, right = (page.foreign(side_words(row[side])) for side in NAMES)
        page.line(
            f"      {label:<{column - 6}}",
            Piece(left, _STYLES.get(row["left"]["state"], Style.DIM)),
            " " * (wide - len(left)),
            Piece(right, _STYLES.get(row["right"]["state"], Style.DIM)),
            "   <- they part here" if row == tree["first"] else "",
        )
