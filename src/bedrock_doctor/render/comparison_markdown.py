"""Two attempts side by side, for tickets and pull requests."""

from __future__ import annotations

from collections.abc import Iterator
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
from bedrock_doctor.render.markdown_text import code, plain, table


def comparison_markdown(tree: dict[str, Any]) -> str:
    """The comparison as Markdown.

    Args:
        tree: its JSON, redacted already.
    """
    return "\n".join(_lines(tree)) + "\n"


def _lines(tree: dict[str, Any]) -> Iterator[str]:
    yield f"## {plain(heading(tree))}\n"
    yield from (f"- {plain(sentence)}" for sentence in reasons(tree))
    yield ""
    rows = [
        [plain(entry["option"]), *(code(option_words(entry[side])) for side in NAMES)]
        for entry in tree["differs"]
    ]
    rows.append(["verdict", *(plain(verdict_words(tree[side])) for side in NAMES)])
    yield from table(["", "first", "other"], rows)
    yield ""
    yield from table(["step", "layer", "first", "other"], map(_row, tree["layers"]))
    if tree["first"]:
        yield "\nThe bold row is where they part."


def _row(row: dict[str, Any]) -> list[str]:
    cells = [
        plain(row["step"]),
        layer_words(row["layer"]),
        *(plain(side_words(row[side])) for side in NAMES),
    ]
    return [f"**{cell}**" for cell in cells] if row["parting"] == "yes" else cells
