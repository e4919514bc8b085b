"""The parts of a finding as text: head, places, notes, help."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.model.finding import Finding, Layer, Severity
from bedrock_doctor.model.fix import Fix
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.render.fix_text import diff_lines
from bedrock_doctor.render.page import Page, Piece, Style
from bedrock_doctor.render.snippet import add_snippet

_STYLES = {"error": Style.DENY, "warning": Style.UNKNOWN, "unknown": Style.UNKNOWN}
_FORMS = "diff|cli|terraform|cloudformation|message"
_OPENED = 3
_LINES = 12
"""A change that is longer is shown in full by `fix`."""
OPEN_POINTS = ("BD021", "BD022")
"""Findings that keep a verdict open; their pieces are listed beside each other."""


def head_word(report: Report, finding: Finding) -> str:
    """``error``, ``warning``, ``note``, or ``unknown`` for what keeps a verdict open."""
    if finding.blocking:
        return Severity.ERROR.value
    if report.verdict is Verdict.UNKNOWN and finding.id in OPEN_POINTS:
        return "unknown"
    return finding.severity.value


def add_head(page: Page, report: Report, finding: Finding) -> None:
    """Adds ``error[BD312]: summary``."""
    word = head_word(report, finding)
    head = f"{word}[{finding.id}]: "
    style = _STYLES.get(word, Style.BOLD)
    page.wrap(head, page.foreign(finding.summary), rest="  ", head=style, style=Style.BOLD)


def add_places(page: Page, finding: Finding) -> None:
    """Adds "Where it stops": the deciding place and those that take part."""
    if finding.place is None:
        return
    title = "Where it stops" if finding.blocking else "Where"
    page.line("  ", Piece(title, Style.BOLD))
    for place in (finding.place, *finding.evidence):
        add_snippet(page, place)


def add_notes(page: Page, notes: Iterable[str]) -> None:
    """Adds notes, one thought each."""
    for note in notes:
        page.wrap("  = note: ", page.foreign(note), head=Style.DIM)


def add_help(page: Page, report: Report, finding: Finding) -> None:
    """Adds what to do, and in whose account."""
    owner = _owner_words(report, finding)
    if len(finding.help) == 1:
        step = page.foreign(finding.help[0])
        if owner and len("help: ") + len(step) + 1 + len(page.foreign(owner)) <= page.width:
            step, owner = f"{step} {page.foreign(owner)}", ""
        page.wrap("help: ", step, rest="    ", head=Style.ALLOW)
        if owner:
            page.wrap("    ", page.foreign(owner))
    elif finding.help:
        page.line(Piece("help:", Style.ALLOW), f" {page.foreign(owner)}" if owner else "")
        for number, step in enumerate(finding.help, 1):
            page.wrap(f"    {number}. ", page.foreign(step))


def add_fixes(page: Page, report: Report, finding: Finding) -> None:
    """Adds the fixes of a finding: what is changed, what is proved, what else opens."""
    fixes = report.plan.fixes if report.plan else ()
    for fix in fixes:
        if finding.id not in fix.findings or not (fix.document or fix.commands):
            continue
        page.blank()
        where = f" (account {fix.owner})" if fix.owner else ""
        head = f"{fix.id}: "
        page.wrap(head, page.foreign(f"{fix.summary}{where}"), rest="    ", head=Style.ALLOW)
        for text in fix.opens[:_OPENED]:
            page.wrap("  = also opens: ", page.foreign(text), head=Style.BOLD, rest="      ")
        for text in fix.radius.limits if fix.radius else ():
            page.wrap("  = not compared: ", page.foreign(text), head=Style.DIM, rest="      ")
        if fix.findings[0] == finding.id:
            _add_change(page, fix)
        if fix.verified:
            page.wrap("  = verified: ", page.foreign(fix.verified), head=Style.DIM, rest="      ")
        if fix.document is not None:
            command = f"bedrock-doctor fix {finding.id} --format {_FORMS}"
            page.line(Piece("  = as code: ", Style.DIM), command)


def _add_change(page: Page, fix: Fix) -> None:
    lines = list(fix.commands)
    if fix.document is not None:
        diff = diff_lines(fix.document)[2:]
        blank = min((len(x) - len(x[1:].lstrip()) - 1 for x in diff if x[:1] in "+-"), default=0)
        changed = [f"{line[0]} {line[1 + blank :]}" for line in diff if line[:1] in "+-"]
        lines += changed[:_LINES]
        if len(changed) > _LINES:
            lines.append(f"... and {len(changed) - _LINES} more lines")
    page.line(Piece("    |", Style.SPAN))
    for line in lines:
        page.line(Piece("    | ", Style.SPAN), page.foreign(line))
    page.line(Piece("    |", Style.SPAN))


def _owner_words(report: Report, finding: Finding) -> str:
    account = finding.owner_account
    if not account or not finding.blocking:
        return ""
    if finding.layer in (Layer.SCP, Layer.RCP):
        return f"(change made in: management account {account})"
    name = report.account_names.get(account, "")
    return (
        f"(change made in: {name} account {account})"
        if name
        else (f"(change made in: account {account})")
    )
