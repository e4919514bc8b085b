"""A report as lines: one for each finding, for logs and annotations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.render.asked import signer_names
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.snippet import policy_words


def report_lines(report: Report, *, conceal: Callable[[str], str] = str) -> str:
    """One line for each finding; ``ok`` where nothing stops the call.

    Args:
        report: what to show.
        conceal: redaction of names and ids.
    """
    asked = question(report)
    findings = [finding for finding in report.findings if counts(finding)]
    lines = [f"{asked}: {finding_line(finding)}" for finding in findings]
    if report.verdict is Verdict.ALLOW:
        lines.insert(0, f"{asked}: ok")
    elif report.verdict is Verdict.UNKNOWN and not findings:
        missing = ", ".join(point.missing for point in report.unknowns if point.decisive)
        lines.append(f"{asked}: unknown: {missing}")
    return "".join(printable(conceal(line)) + "\n" for line in lines)


def finding_line(finding: Finding) -> str:
    """Id, deciding place and summary on one line."""
    place = finding.place
    where = ""
    if place is not None:
        where = f" {policy_words(replace(place.policy, title=''))}"
        where += f" statement {place.statement}" if place.statement is not None else ""
        where += ":"
    return f"{finding.id}{where} {finding.summary}"


def counts(finding: Finding) -> bool:
    """Whether a finding bears on the verdict, or is worth a line where the call passes."""
    return finding.blocking or finding.severity.value != "note"


def question(report: Report) -> str:
    """Who calls what, in a few words."""
    signers = " -> ".join(signer_names(report))
    checks = report.way.call.checks
    action = checks[0].request.action if checks else report.way.attempt.operation.value
    return f"{signers} {action} {report.way.target.id}"
