"""Two attempts side by side as one HTML page."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.render.comparison_words import (
    heading,
    option_words,
    reasons,
    side_words,
    verdict_words,
)
from bedrock_doctor.render.html.pages import embedded_json, render_page
from bedrock_doctor.render.html.report_page import report_view
from bedrock_doctor.render.report_reading import document_of, shown

_STATES = {"DENY": "deny", "unknown": "unknown", "allow": "allow"}
_PARTING = {"yes": "deny", "no": "allow", "perhaps": "unknown"}


def comparison_page(
    tree: dict[str, Any], *, template: str = "comparison.html", **values: Any
) -> str:
    """The page of a comparison.

    Args:
        tree: its JSON, redacted already; it is carried along.
        template: name of its file.
        values: what the template needs beside the comparison.
    """
    told = shown(tree)
    sides = [("first", told["left"]), ("other", told["right"])]
    return render_page(
        template,
        state=_PARTING[told["parting"]],
        heading=heading(told),
        reasons=reasons(told),
        differs=[
            (e["option"], option_words(e["left"]), option_words(e["right"]))
            for e in told["differs"]
        ],
        rows=[_row(row, told["first"]) for row in told["layers"]],
        verdicts=[(name, side["verdict"], verdict_words(side)) for name, side in sides],
        sides=[(name, report_view(document_of(side))) for name, side in sides],
        embedded_id="bedrock-doctor-comparison",
        embedded=embedded_json(tree),
        **values,
    )


def _row(row: dict[str, Any], first: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "step": row["step"],
        "layer": row["layer"],
        "parts": row == first,
        "cells": [
            (_STATES.get(row[side]["state"], "none"), side_words(row[side]), row[side]["words"])
            for side in ("left", "right")
        ],
    }
