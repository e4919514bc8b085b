"""What to send to the owners of the policies: one message for each account."""

from __future__ import annotations

from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.fix_text import document_lines
from bedrock_doctor.render.printable import printable_lines


def plan_messages(plan: Plan, report: Report) -> str:
    """The messages one below the other, in the order in which their changes are due."""
    owners = dict.fromkeys(document.owner for document in plan.documents)
    messages = [_message(owner, plan, report) for owner in owners]
    return printable_lines("\n\n".join(messages) or "there is nobody to write to") + "\n"


def _message(owner: str, plan: Plan, report: Report) -> str:
    attempt, way = report.way.attempt, report.way
    mine = [document for document in plan.documents if document.owner == owner]
    others = sorted({edit.owner for edit in plan.edits} - {owner})
    lines = [
        f"To the administrators of account {owner or '(not known)'}",
        "",
        f"{attempt.caller} cannot call {way.target.arn} in {attempt.region}"
        + (f" through {', '.join(attempt.roles)}." if attempt.roles else "."),
        "",
        "Cause:",
        *(f"- {text}" for document in mine for text in _causes(document, report)),
        "",
        "Please change:",
    ]
    for document in mine:
        lines += document_lines(document)
    lines += ["", "What else this opens:"]
    opened = [f"- {text}" for document in mine for text in document.opens]
    lines += opened or ["- nothing beyond the attempt, as far as the edits are built"]
    if plan.proved:
        lines += ["", "Evaluated in memory: with all changes of the plan every check allows;"]
        lines += ["without any one of its edits the attempt stays denied."]
    else:
        lines += ["", "These changes alone are not proved to be enough."]
    if others:
        lines += [f"The plan also needs changes of account {', '.join(others)}."]
    lines += ["", "To verify: collect a new snapshot and run `bedrock-doctor diagnose` again."]
    return "\n".join(lines)


def _causes(document: ChangedDocument, report: Report) -> list[str]:
    told = {finding.id: finding for finding in reversed(report.findings)}
    return [f"{name}: {told[name].summary}" if name in told else name for name in document.findings]
