"""What must hold for every answer of the casebook in the forms that are sent to others."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.render.html.report_page import report_view
from bedrock_doctor.render.report_reading import document_of, read_report
from bedrock_doctor.render.shared import shared_report


def assert_forms_agree(tree: dict[str, Any]) -> None:
    """Page and Markdown say what the JSON says, and the page carries it."""
    page, markdown = shared_report(tree, "html"), shared_report(tree, "markdown")
    assert tree == read_report(page.encode())
    for finding in tree["findings"]:
        assert finding["id"] in page
        assert finding["id"] in markdown
    states = _drawn_states(tree)
    assert (tree["verdict"] == "deny") == ("deny" in states), states


def _drawn_states(tree: dict[str, Any]) -> set[str]:
    picture = report_view(document_of(tree)).picture
    steps = [arrow.state for row in picture.rows for arrow in row.arrows]
    return {*steps, *(twig.state for row in picture.rows for twig in row.twigs)}
