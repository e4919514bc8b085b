"""What to send to the people who make the changes: one message for each account and person."""

from __future__ import annotations

from bedrock_doctor.model.fix import Fix, Plan
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.fix_text import by_person, document_lines
from bedrock_doctor.render.printable import printable_lines


def plan_messages(plan: Plan, report: Report) -> str:
    """The messages one below the other, in the order in which their changes are due."""
    messages = [
        _message(owner, person, fixes, plan, report)
        for owner, person, fixes in by_person(plan.fixes)
    ]
    return printable_lines("\n\n".join(messages) or "there is nobody to write to") + "\n"


def _message(owner: str, person: str, fixes: list[Fix], plan: Plan, report: Report) -> str:
    attempt, way = report.way.attempt, report.way
    lines = [
        f"To the {person}, account {owner or '(not known)'}",
        "",
        f"{attempt.caller} cannot call {way.target.arn} in {attempt.region}"
        + (f" through {', '.join(attempt.roles)}." if attempt.roles else "."),
        "",
        "What else this opens:",
    ]
    opened = [f"- {text}" for fix in fixes for text in fix.opens]
    lines += opened or [_nothing_opens(fixes)]
    lines += [f"- not compared: {text}" for f in fixes if f.radius for text in f.radius.limits]
    lines += ["", "Cause:", *(f"- {text}" for text in _causes(fixes, report)), "", "Please change:"]
    for fix in fixes:
        lines += [f"- {fix.summary}", *(f"    {line}" for line in fix.commands)]
        lines += document_lines(fix.document) if fix.document else []
    if plan.proved:
        lines += ["", "Evaluated in memory: with all changes of the plan every check allows;"]
        lines += ["without any one of its edits the attempt stays denied."]
    else:
        lines += ["", "These changes alone are not proved to be enough."]
    others = sorted({fix.owner for fix in plan.fixes} - {owner, ""})
    if others:
        lines += [f"The plan also needs changes of account {', '.join(others)}."]
    lines += [
        "",
        "To verify: collect a new snapshot and run",
        "  bedrock-doctor verify plan.json --snapshot NEW",
        "with the plan that `bedrock-doctor fix --format json` printed.",
    ]
    return "\n".join(lines)


def _nothing_opens(fixes: list[Fix]) -> str:
    radii = [fix.radius for fix in fixes if fix.radius]
    if not radii:
        return "- nothing: no policy is changed"
    over = max(radius.decisions for radius in radii)
    return f"- nothing beyond the attempt: {over:,} decisions were compared"


def _causes(fixes: list[Fix], report: Report) -> list[str]:
    told = {finding.id: finding for finding in reversed(report.findings)}
    names = dict.fromkeys(name for fix in fixes for name in fix.findings)
    return [f"{name}: {told[name].summary}" if name in told else name for name in names]
