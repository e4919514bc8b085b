"""The forms that are made to be sent to others. All are made from the JSON document alone."""

from __future__ import annotations

import json
from typing import Any

SHARED_FORMS = ("html", "markdown")


def shared_report(tree: dict[str, Any], form: str) -> str:
    """A report in one of the shared forms, or as ``json``.

    Args:
        tree: the JSON document, redacted already.
        form: ``html``, ``markdown`` or ``json``.
    """
    if form == "html":
        from bedrock_doctor.render.html.report_page import report_page

        return report_page(tree)
    if form == "markdown":
        from bedrock_doctor.render.report_markdown import report_markdown

        return report_markdown(tree)
    return json.dumps(tree, indent=2) + "\n"
