"""Holds expectations against reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bedrock_doctor.model.expectation import Expectation, Ignore, Judgement, Outcome, Silenced
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.report import Report, Verdict

_OPEN_POINTS = ("BD021", "BD022")
"""Findings that keep a verdict open."""


def judge(
    expectation: Expectation, report: Report, ignores: Iterable[Ignore], day: date
) -> Judgement:
    """Whether a report is what was expected.

    An expectation is met when the verdict is the expected one and every id of ``because`` is among
    the findings that decide it. Findings that an entry silences still count for that; an
    expectation that fails for silenced findings alone is silenced itself.

    Args:
        expectation: what must hold.
        report: the diagnosis of its attempt.
        ignores: entries that silence findings.
        day: the day of the question; entries that expired before it silence nothing.
    """
    entries = [entry for entry in ignores if entry.holds(day)]
    silenced = tuple(_silenced(report.findings, entries))
    reasons = _reasons(report)
    lacking = tuple(name for name in expectation.because if name not in _ids(reasons))
    hidden = [entry.finding for entry in silenced]
    left = tuple(finding for finding in reasons if finding not in hidden)
    if report.verdict is expectation.verdict and not lacking:
        outcome = Outcome.MET
    elif reasons and not left and report.verdict is not expectation.verdict:
        outcome = Outcome.SILENCED
    elif report.verdict is Verdict.UNKNOWN:
        outcome = Outcome.CANNOT_TELL
    else:
        outcome = Outcome.NOT_MET
    return Judgement(expectation, report, outcome, left, lacking, silenced)


def _reasons(report: Report) -> tuple[Finding, ...]:
    """The findings on which the verdict rests."""
    if report.verdict is Verdict.DENY:
        return tuple(finding for finding in report.findings if finding.blocking)
    if report.verdict is Verdict.UNKNOWN:
        return tuple(finding for finding in report.findings if finding.id in _OPEN_POINTS)
    return ()


def _silenced(findings: Iterable[Finding], entries: Iterable[Ignore]) -> Iterable[Silenced]:
    entries = list(entries)
    for finding in findings:
        entry = next((entry for entry in entries if entry.covers(finding)), None)
        if entry is not None:
            yield Silenced(finding, entry)


def _ids(findings: Iterable[Finding]) -> set[str]:
    return {finding.id for finding in findings}
