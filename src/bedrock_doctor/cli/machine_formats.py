"""The formats that CI systems read, for diagnoses."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bedrock_doctor.cli.rendering import Renderers
from bedrock_doctor.model.report import Report


def machine_formats(
    reports: Sequence[Report], conceal: Callable[[str], str], suite: str
) -> Renderers:
    """``sarif``, ``github`` and ``junit`` for some reports.

    Args:
        reports: what to show.
        conceal: redaction of names and ids.
        suite: name of the JUnit suite.
    """
    return {
        "sarif": lambda: _sarif(reports, conceal),
        "github": lambda: _github(reports, conceal),
        "junit": lambda: _junit(reports, conceal, suite),
    }


def _sarif(reports: Sequence[Report], conceal: Callable[[str], str]) -> str:
    from bedrock_doctor import app
    from bedrock_doctor.render.annotations import report_annotations
    from bedrock_doctor.render.sarif import sarif_tree

    rules = {rule.id: rule for rule in app.rules()}
    return json.dumps(sarif_tree(report_annotations(reports, conceal), rules), indent=2) + "\n"


def _github(reports: Sequence[Report], conceal: Callable[[str], str]) -> str:
    from bedrock_doctor.render.annotations import report_annotations
    from bedrock_doctor.render.concise import question
    from bedrock_doctor.render.github import github_lines
    from bedrock_doctor.render.printable import printable

    lines = (f"{question(report)}: {report.verdict.value}" for report in reports)
    summary = "\n".join(printable(conceal(line)) for line in lines)
    return github_lines(report_annotations(reports, conceal), summary)


def _junit(reports: Sequence[Report], conceal: Callable[[str], str], suite: str) -> str:
    from bedrock_doctor.render.junit import junit_text, report_cases

    return junit_text(suite, report_cases(reports, conceal))
