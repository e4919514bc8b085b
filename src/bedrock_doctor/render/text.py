"""A report as text for people, in the manner of a compiler's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.report import Certainty, Report, Verdict
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.render.asked import add_asked, signer_names
from bedrock_doctor.render.decisions import add_decisions, layers_checked
from bedrock_doctor.render.findings_text import (
    OPEN_POINTS,
    add_fixes,
    add_head,
    add_help,
    add_notes,
    add_places,
)
from bedrock_doctor.render.fix_text import radius_line
from bedrock_doctor.render.layer_names import spoken
from bedrock_doctor.render.page import Page, Piece, Style
from bedrock_doctor.render.unknowns_text import add_missing, add_settling

_CLOSING = {
    (Verdict.DENY, Certainty.PROVEN): "denied, cause proven by policy text and snapshot.",
    (Verdict.DENY, Certainty.EVIDENCE): "denied, as AWS's own message says.",
    (Verdict.UNKNOWN, Certainty.OPEN): "cannot tell.",
    (Verdict.ALLOW, Certainty.PROVEN): "allowed by everything that was checked.",
    (Verdict.ALLOW, Certainty.EVIDENCE): "allowed, as AWS itself has shown for a part of the way.",
}


def report_text(
    report: Report,
    *,
    width: int = 100,
    colour: bool = False,
    conceal: Callable[[str], str] = str,
    verbose: bool = False,
) -> str:
    """The whole report.

    Args:
        report: what to show.
        width: columns to lay out for; ARNs and other tokens are never broken.
        colour: whether to write SGR codes.
        conceal: redaction of names and ids, applied to everything that is not our own word.
        verbose: show every layer and every statement.
    """
    page = Page(width, colour, conceal)
    parts = {Verdict.DENY: _denied, Verdict.UNKNOWN: _cannot_tell, Verdict.ALLOW: _allowed}
    parts[report.verdict](page, report, verbose)
    _add_contradictions(page, report)
    _add_closing(page, report)
    return page.text()


def _denied(page: Page, report: Report, verbose: bool) -> None:
    blocking = [finding for finding in report.findings if finding.blocking]
    others = [finding for finding in report.findings if not finding.blocking]
    for number, finding in enumerate([*blocking, *others]):
        add_head(page, report, finding)
        page.blank()
        if number == 0:
            add_asked(page, report)
            page.blank()
        add_places(page, finding)
        if number == 0:
            page.blank()
            _add_decisions(page, report, "How AWS decided", verbose)
        page.blank()
        add_notes(page, _order_notes(report, finding, len(blocking)))
        add_notes(page, finding.notes)
        if number == 0 and _has_doubts(report):
            add_notes(page, ['what stands as "?" cannot turn this deny into an allow'])
        page.blank()
        add_help(page, report, finding)
        add_fixes(page, report, finding)
        page.blank()
    _add_plan(page, report)
    _add_not_checked(page, report)


def _add_plan(page: Page, report: Report) -> None:
    """The plan in one sentence: whether it is enough, and what it opens."""
    plan = report.plan
    if plan is None or not plan.fixes:
        return
    names = listed([fix.id for fix in plan.fixes])
    if plan.proved:
        sentence = f"with {names} every check allows"
    else:
        sentence = f"{names} alone {'are' if len(plan.fixes) > 1 else 'is'} not proved to be enough"
    if plan.radius is not None:
        sentence += f"; beside the attempt {radius_line(plan.radius)}"
    page.wrap("plan: ", page.foreign(f"{sentence}."), rest="    ", head=Style.ALLOW)
    page.blank()


def _order_notes(report: Report, finding: Finding, count: int) -> Iterable[str]:
    if count > 1 and finding is report.reported_first:
        hidden = "1 more stands" if count == 2 else f"{count - 1} more stand"
        yield f"this is the barrier that AWS will have reported; {hidden} behind it"


def _has_doubts(report: Report) -> bool:
    return any(
        layer.outcome is Outcome.UNKNOWN
        for hop in report.hops
        for check in hop.checks
        if check.trace.decision.outcome is not Outcome.ALLOWED
        for layer in check.trace.layers
    )


def _allowed(page: Page, report: Report, verbose: bool) -> None:
    target, region = report.way.target, report.way.attempt.region
    name = signer_names(report)[report.way.call.index - 1]
    sentence = page.foreign(f"{name} may call {target.id} from {region}")
    page.wrap("ok: ", sentence, head=Style.ALLOW, style=Style.BOLD)
    page.blank()
    add_decisions(page, report, verbose=verbose)
    _add_way_notes(page, report)
    page.blank()
    _add_remarks(page, report, report.findings)
    checked = listed([spoken(layer) for layer in layers_checked(report)], 30)
    page.wrap("  Checked: ", f"{checked}.", rest="    ")
    _add_not_checked(page, report)
    page.blank()
    page.wrap("  ", "If the call still fails, no policy in this snapshot is the cause. Next:")
    page.line("    bedrock-doctor whoami                is this who really signs the call?")
    page.line("    bedrock-doctor diagnose --error -    ask again with the exact message")
    page.blank()


def _cannot_tell(page: Page, report: Report, verbose: bool) -> None:
    points = [finding for finding in report.findings if finding.id in OPEN_POINTS]
    others = [finding for finding in report.findings if finding.id not in OPEN_POINTS]
    for finding in points:
        add_head(page, report, finding)
    if not points:
        sentence = "the answer depends on evidence that cannot be read"
        page.wrap("unknown: ", sentence, rest="  ", head=Style.UNKNOWN, style=Style.BOLD)
    page.blank()
    add_asked(page, report)
    page.blank()
    add_missing(page, report)
    page.blank()
    _add_decisions(page, report, "How AWS decides", verbose)
    page.blank()
    add_settling(page, report)
    page.blank()
    _add_remarks(page, report, others)
    _add_not_checked(page, report)


def _add_decisions(page: Page, report: Report, title: str, verbose: bool) -> None:
    page.line("  ", Piece(title, Style.BOLD))
    add_decisions(page, report, verbose=verbose)
    _add_way_notes(page, report)


def _add_way_notes(page: Page, report: Report) -> None:
    if report.way.notes:
        page.blank()
        add_notes(page, report.way.notes)


def _add_remarks(page: Page, report: Report, findings: Iterable[Finding]) -> None:
    for finding in findings:
        add_head(page, report, finding)
        add_places(page, finding)
        add_notes(page, finding.notes)
        add_help(page, report, finding)
        page.blank()


def _add_not_checked(page: Page, report: Report) -> None:
    # one read can settle several layers; it is named once
    entries = dict.fromkeys(
        f"{entry.what} ({entry.how})" if entry.how else entry.what for entry in report.not_checked
    )
    if len(entries) == 1:
        page.wrap("  Not checked: ", page.foreign(f"{next(iter(entries))}."), rest="    ")
    elif entries:
        page.line("  Not checked:")
        for entry in entries:
            page.wrap("    ", page.foreign(entry), rest="      ")
    page.blank()


def _add_contradictions(page: Page, report: Report) -> None:
    for entry in report.contradictions:
        sentence = page.foreign(f"{entry.evidence}, but {entry.snapshot}")
        page.wrap("contradiction: ", sentence, rest="  ", head=Style.UNKNOWN)
        add_notes(page, [entry.meaning])
        page.blank()


def _add_closing(page: Page, report: Report) -> None:
    page.line(_CLOSING[report.verdict, report.certainty])
    page.wrap("", _sources(page, report))
    ids = tuple(dict.fromkeys(f.id for f in report.findings if f.blocking))
    if ids:
        more = f" (also {', '.join(ids[1:])})" if len(ids) > 1 else ""
        page.wrap("Read more: ", f"bedrock-doctor rule {ids[0]}{more}")


def _sources(page: Page, report: Report) -> str:
    origins = report.collection.get("snapshot")
    names = ", ".join(map(str, origins)) if isinstance(origins, list) else ""
    created = report.collection.get("created")
    dated = f" of {created}" if created else ""
    calls = report.collection.get("calls") or 0
    probes = f", {len(report.probes)} of them probes" if report.probes else ""
    made = f"{calls} AWS call{'' if calls == 1 else 's'}{probes}." if calls else "No AWS calls."
    return page.foreign(f"{made} Snapshot {names}{dated}." if names else made)
