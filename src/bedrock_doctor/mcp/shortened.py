"""Reports as the short answers of tools."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.memory import Held
from bedrock_doctor.model.finding import Finding, Unknown
from bedrock_doctor.model.report import Report, Verdict

FINDINGS = 8
_UNKNOWNS = 5
_NOT_CHECKED = 10


def finding_line(finding: Finding) -> answers.FindingLine:
    """One finding."""
    return answers.FindingLine(
        id=finding.id,
        slug=finding.slug,
        summary=finding.summary,
        layer=finding.layer.value,
        hop=finding.hop_index,
        owner_account=finding.owner_account or None,
        blocking=finding.blocking,
    )


def diagnosis(held: Held) -> answers.DiagnosisAnswer:
    """The short answer of a diagnosis."""
    report = held.report
    decisive = [point for point in report.unknowns if point.decisive]
    return answers.DiagnosisAnswer(
        report_id=held.id,
        verdict=report.verdict.value,
        certainty=report.certainty.value,
        reported_first=report.reported_first.id if report.reported_first else None,
        blocked_by=[layer.value for layer in report.blocked_by],
        findings=[finding_line(finding) for finding in report.findings[:FINDINGS]],
        more=max(0, len(report.findings) - FINDINGS),
        unknowns=_unknowns(decisive),
        contradictions=[
            f"{entry.layer.value}: evidence says {entry.evidence}; snapshot says {entry.snapshot}"
            for entry in report.contradictions
        ],
        not_checked=[f"{e.what} ({e.how})" for e in report.not_checked[:_NOT_CHECKED]],
        next_step=next_step(held),
    )


def _unknowns(points: Iterable[Unknown]) -> list[answers.UnknownLine]:
    return [
        answers.UnknownLine(
            layer=point.layer.value,
            account=point.account or None,
            missing=point.missing,
            settle=list(point.settle[:2]),
        )
        for point in list(points)[:_UNKNOWNS]
    ]


def next_step(held: Held) -> str:
    """What the agent does with this answer."""
    report = held.report
    if report.verdict is Verdict.DENY:
        first = next((f.id for f in report.findings if f.blocking), "")
        return f'get_fixes("{held.id}"); get_trace("{held.id}") for the statements' + (
            f'; get_rule("{first}") for the manual page' if first else ""
        )
    if report.verdict is Verdict.UNKNOWN:
        return "ask the user for what `unknowns` lists; do not guess what is missing"
    return "no policy of the snapshot stops this call; check whoami, and the exact message"


def blocking_ids(report: Report) -> list[str]:
    """Ids of the findings that deny, each once."""
    return list(dict.fromkeys(finding.id for finding in report.findings if finding.blocking))
