"""Judged expectations as text for people: what is met in a line, what is not with its causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from bedrock_doctor.model.expectation import Ignore, Judgement, Outcome
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.annotations import failure_words
from bedrock_doctor.render.concise import question
from bedrock_doctor.render.page import Page, Style
from bedrock_doctor.render.snippet import add_snippet, place_words

_WORDS = {
    Outcome.MET: ("ok", Style.ALLOW),
    Outcome.NOT_MET: ("NOT MET", Style.DENY),
    Outcome.CANNOT_TELL: ("UNKNOWN", Style.UNKNOWN),
    Outcome.SILENCED: ("silenced", Style.DIM),
}


def check_text(
    judgements: Sequence[Judgement],
    stale: Iterable[str],
    *,
    width: int = 100,
    colour: bool = False,
    conceal: Callable[[str], str] = str,
    verbose: bool = False,
) -> str:
    """All judgements, and one line that sums up.

    Args:
        judgements: in the order of the file.
        stale: remarks on entries of the ignore file that silence nothing.
        width: columns to lay out for.
        colour: whether to write SGR codes.
        conceal: redaction of names and ids.
        verbose: show the policy text of every cause.
    """
    page = Page(width, colour, conceal)
    told: dict[tuple[object, ...], str] = {}
    for judgement in judgements:
        _add_judgement(page, judgement, told, verbose)
    page.blank()
    for remark in stale:
        page.wrap("note: ", page.foreign(remark), head=Style.DIM)
    page.wrap("", summary_line(judgements))
    failed = [judgement for judgement in judgements if judgement.outcome is Outcome.NOT_MET]
    ids = dict.fromkeys(f.id for judgement in failed for f in judgement.reasons)
    if ids:
        page.wrap("Read more: ", f"bedrock-doctor rule {next(iter(ids))}")
    return page.text()


def summary_line(judgements: Sequence[Judgement]) -> str:
    """What became of the expectations, in numbers: ``5 expectations: 3 met, 2 not met``."""
    count = len(judgements)
    parts = [
        f"{sum(j.outcome is outcome for j in judgements)} {outcome.value}"
        for outcome in Outcome
        if outcome is Outcome.MET or any(j.outcome is outcome for j in judgements)
    ]
    hidden = sum(len(judgement.silenced) for judgement in judgements)
    ignored = f"; {hidden} {'finding' if hidden == 1 else 'findings'} silenced" if hidden else ""
    return f"{count} {'expectation' if count == 1 else 'expectations'}: {', '.join(parts)}{ignored}"


def stale_entries(
    entries: Iterable[Ignore], judgements: Iterable[Judgement], day: date
) -> tuple[str, ...]:
    """Remarks on entries of an ignore file that expired, or that nothing answers to."""
    used = {entry.ignore for judgement in judgements for entry in judgement.silenced}
    remarks = []
    for entry in entries:
        where = f"{entry.path}:{entry.position.line}: the entry for {entry.id}"
        if not entry.holds(day):
            remarks.append(f"{where} expired on {entry.expires} and silences nothing")
        elif entry not in used:
            remarks.append(f"{where} silences nothing")
    return tuple(remarks)


def _add_judgement(
    page: Page, judgement: Judgement, told: dict[tuple[object, ...], str], verbose: bool
) -> None:
    word, style = _WORDS[judgement.outcome]
    expected = judgement.expectation
    asked = question(judgement.report)
    head = f"{expected.name}: {asked}" if expected.name else asked
    because = f" because of {', '.join(expected.because)}" if expected.because else ""
    if judgement.outcome is Outcome.MET:
        page.wrap(
            f"{word:<9}", page.foreign(f"{head}: {expected.verdict.value}{because}"), head=style
        )
        return
    place = f"{expected.path}:{expected.position.line}"
    page.wrap(f"{word:<9}", page.foreign(f"{head}: {failure_words(judgement)}"), head=style)
    page.wrap(" " * 9 + "--> ", page.foreign(place), head=Style.SPAN)
    for finding in judgement.reasons:
        _add_reason(page, finding, judgement.report, told, place, verbose)
    for entry in judgement.silenced:
        reason = f"{entry.finding.id} silenced: {entry.ignore.reason}"
        until = f" (until {entry.ignore.expires})" if entry.ignore.expires else ""
        page.wrap(" " * 9, page.foreign(reason + until), rest=" " * 13, style=Style.DIM)


def _add_reason(
    page: Page,
    finding: Finding,
    report: Report,
    told: dict[tuple[object, ...], str],
    place: str,
    verbose: bool,
) -> None:
    policy = finding.place
    key = (finding.id, finding.summary, policy.policy if policy else None)
    if key in told:
        page.wrap(" " * 9, page.foreign(f"{finding.id}: as for {told[key]}"), rest=" " * 13)
        return
    told[key] = place
    page.wrap(" " * 9, page.foreign(f"{finding.id}: {finding.summary}"), rest=" " * 13)
    if policy is not None:
        where = f"in {place_words(policy)}"
        declared = policy.source.declared
        if declared:
            where += f", from {declared.resource} of {policy.source.path}"
        page.wrap(" " * 13, page.foreign(where), style=Style.DIM)
    for subject in finding.subjects if finding.id in ("BD021", "BD022") else ():
        page.wrap(" " * 13, page.foreign(subject))
    if finding.owner_account and finding.blocking:
        page.wrap(" " * 13, page.foreign(_owner(finding.owner_account, report)), style=Style.DIM)
    for step in finding.help[:1]:
        page.wrap(" " * 13 + "help: ", page.foreign(step), head=Style.ALLOW)
    if verbose and policy is not None:
        page.blank()
        add_snippet(page, policy)
        page.blank()


def _owner(account: str, report: Report) -> str:
    name = report.account_names.get(account, "")
    return f"owner: {name} account {account}" if name else f"owner: account {account}"
