"""A scan of a trail as text: causes, the most frequent first, with their groups."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.trail import DenialGroup, TrailScan
from bedrock_doctor.render.numbers import counted
from bedrock_doctor.render.page import Page, Piece, Style

_SHOWN = 20
_STYLES = {Verdict.ALLOW: Style.ALLOW, Verdict.DENY: Style.DENY, Verdict.UNKNOWN: Style.UNKNOWN}
_WORDS = {Verdict.ALLOW: "allow", Verdict.DENY: "DENY", Verdict.UNKNOWN: "unknown"}


def scan_text(scan: TrailScan, page: Page, *, verbose: bool) -> str:
    """The answer.

    Args:
        scan: what was found.
        page: an empty page.
        verbose: show all groups.
    """
    _summary(scan, page)
    shown = scan.groups if verbose else scan.groups[:_SHOWN]
    for groups in by_cause(shown):
        page.blank()
        first = groups[0]
        total = sum(group.count for group in groups)
        title = f"{first.cause}: {first.cause_slug}" if first.cause else "no known cause"
        page.line(Piece(title, Style.BOLD), f", {counted(total, 'denied call')}")
        for group in groups:
            _group(group, page)
    _footer(scan, len(scan.groups) - len(shown), page)
    return page.text()


def by_cause(groups: Sequence[DenialGroup]) -> list[list[DenialGroup]]:
    """Groups by the finding that they point to, the most frequent cause first."""
    causes: dict[str, list[DenialGroup]] = {}
    for group in groups:
        causes.setdefault(group.cause, []).append(group)
    return sorted(causes.values(), key=lambda found: -sum(group.count for group in found))


def _summary(scan: TrailScan, page: Page) -> None:
    times = [time for group in scan.groups for time in (group.first, group.last) if time]
    span = f", {min(times)} to {max(times)}" if times else ""
    if scan.denied:
        page.line(
            Piece(f"{counted(scan.denied, 'denied call')}", Style.BOLD),
            f" in {counted(len(scan.groups), 'group')}{span}",
        )
    else:
        page.line("no denied calls to Amazon Bedrock or AWS STS")
    page.line(f"read: {counted(scan.events, 'event')} in {counted(scan.files, 'file')}")


def _group(group: DenialGroup, page: Page) -> None:
    call = group.call
    head = f"  {group.count:>7,}  "
    indent = " " * len(head)
    page.wrap(head, page.foreign(call.principal or "not known who"), rest=indent)
    what = f"{call.service}:{call.operation} {call.target}".rstrip()
    page.wrap(indent, page.foreign(f"{what} in {call.region or '?'}, {call.error_code}"))
    seen = group.first if group.first == group.last else f"{group.first} to {group.last}"
    page.wrap(indent, page.foreign(f"account {call.account or '?'}, {seen or 'time not known'}"))
    if call.endpoint:
        page.wrap(indent, page.foreign(f"through {call.endpoint}"))
    if group.callers:
        page.wrap(indent, page.foreign(f"role assumed by {', '.join(group.callers)}"))
    if call.message:
        page.wrap(indent, page.foreign(call.message), style=Style.DIM)
    if group.diagnosis is not None:
        _diagnosis(group, page, indent)


def _diagnosis(group: DenialGroup, page: Page, indent: str) -> None:
    told = group.diagnosis
    assert told is not None  # noqa: S101 - the caller looked
    if told.why_not:
        page.wrap(indent, page.foreign(f"snapshot: not diagnosed, {told.why_not}"))
        return
    ids = f" {' '.join(told.findings)}" if told.findings else ""
    word = Piece(_WORDS[told.verdict], _STYLES[told.verdict])
    page.line(f"{indent}snapshot: ", word, ids)


def _footer(scan: TrailScan, hidden: int, page: Page) -> None:
    page.blank()
    if hidden:
        page.wrap("", f"{counted(hidden, 'further group')}: -v shows all")
    if scan.duplicates:
        page.wrap("", f"{counted(scan.duplicates, 'duplicate')} not counted again")
    if scan.odd_times:
        page.wrap("", f"{counted(scan.odd_times, 'denied call')} without a usable time")
    if scan.joins_dropped:
        dropped = counted(scan.joins_dropped, "AssumeRole call")
        page.wrap("", f"{dropped} forgotten to bound memory: callers may be missing")
    for unread in scan.unread:
        kept = f" ({counted(unread.events, 'event')} read)" if unread.events else ""
        page.wrap("not whole: ", page.foreign(f"{unread.where} {unread.why}{kept}"))
    if scan.unread_count > len(scan.unread):
        page.wrap("", f"{scan.unread_count - len(scan.unread):,} more could not be read whole")
    if scan.interrupted:
        page.wrap("", "interrupted: the rest was not read", style=Style.UNKNOWN)
