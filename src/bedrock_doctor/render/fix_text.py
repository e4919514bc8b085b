"""A plan for people: what each person does, as unified diffs and commands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import counted, listed
from bedrock_doctor.fix.mending import mending_of
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.fix import ChangedDocument, Fix, FixKind, Plan
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.render.printable import printable, printable_lines


def plan_text(plan: Plan, number: int = 1) -> str:
    """One option of a plan: the answer in words, what it opens, and what each person does.

    Args:
        plan: the plan with its alternatives.
        number: which option, from 1.
    """
    option = plan.options[number - 1]
    lines = [*_verdict(option), *_opened(option)]
    done = 0
    for owner, person, fixes in by_person(option.fixes):
        where = f"account {owner}" if owner else "account not known"
        lines += ["", f"{where}, {person}"]
        for fix in fixes:
            done += 1
            lines += _fix(fix, done)
    told = {name for fix in option.fixes for name in fix.findings}
    for finding in option.remaining:
        lines += ["", f"no policy change is offered for {finding.id}: {finding.summary}"]
        why = mending_of(finding.id).why
        lines += [f"   because {why}"] if why else []
        lines += [] if finding.id in told else [f"   {step}" for step in finding.help]
    lines += ["", *(f"not proved: {doubt}" for doubt in option.doubts)] if option.doubts else []
    lines += _others(plan, number)
    return printable_lines("\n".join(lines)) + "\n"


def by_person(fixes: tuple[Fix, ...]) -> Iterator[tuple[str, str, list[Fix]]]:
    """The fixes by account and person, in the order in which each is first met."""
    groups: dict[tuple[str, str], list[Fix]] = {}
    for fix in fixes:
        groups.setdefault((fix.owner, fix.person), []).append(fix)
    for (owner, person), members in groups.items():
        yield owner, person, members


def _verdict(plan: Plan) -> Iterator[str]:
    if not plan.needed:
        yield "nothing to mend: no policy of this snapshot is known to refuse the attempt"
    elif plan.proved:
        yield "proved: with all changes of this plan every check allows"
        if plan.edits:
            yield "without any one of its edits the attempt stays denied" + (
                "; no smaller set of edits mends it" if plan.smallest else ""
            )
        yield "nothing was applied"
    elif plan.documents:
        yield "not proved: the changes below mend a part; the rest needs what is said under them"
    else:
        yield "no policy change is offered that would let this attempt pass"


def _opened(plan: Plan) -> Iterator[str]:
    """What the whole plan opens; it is said before the plan itself."""
    if plan.radius is None or not plan.documents:
        return
    yield ""
    yield f"beside the attempt: {radius_line(plan.radius)}"
    yield from (f"   opens {entry.words}" for entry in plan.radius.opened[:_CLASSES])
    yield from (f"   closes {entry.words}" for entry in plan.radius.closed[:_CLASSES])
    yield from (f"   not compared: {text}" for text in plan.radius.limits)


def radius_line(radius: BlastRadius) -> str:
    """How much changes beside the attempt, in one line."""
    over = f"of {radius.decisions:,} decisions of {counted(radius.principals, 'principal')}"
    if not radius.opened and not radius.closed:
        return f"none {over} changes"
    closed = f", {radius.closed_decisions:,} close" if radius.closed else ""
    return f"{radius.opened_decisions:,} {over} open{closed}"


def _fix(fix: Fix, number: int) -> Iterator[str]:
    yield f"{number}. {fix.summary} ({fix.id})"
    yield f"   mends: {', '.join(fix.findings)}"
    yield from (f"   also opens: {text}" for text in fix.opens)
    yield from (f"   not compared: {text}" for text in (fix.radius.limits if fix.radius else ()))
    if fix.verified:
        yield f"   verified: {fix.verified}"
    elif fix.kind is not FixKind.POLICY:
        yield "   not proved: nothing that is known here can be evaluated again"
    yield from (f"     {line}" for line in fix.commands)
    if fix.document is not None:
        yield from document_lines(fix.document)


def _others(plan: Plan, number: int) -> Iterator[str]:
    if len(plan.options) < 2:
        return
    yield ""
    yield "other plans:"
    for other, option in enumerate(plan.options, 1):
        if other != number:
            state = "" if option.proved else " (not proved)"
            yield f"   --option {other}: {option_words(plan, option)}{state}"


def option_words(plan: Plan, option: Plan) -> str:
    """What tells an option from the first, in one line."""
    first = {fix.id for fix in plan.fixes} if option is not plan else set()
    told = [fix for fix in option.fixes if fix.id not in first] or list(option.fixes)
    words = listed([_short(fix) for fix in told])
    if option.radius is None:
        return f"{words}; no policy changes" if not option.documents else words
    return f"{words}; opens {counted(option.radius.opened_decisions, 'decision')} more"


def _short(fix: Fix) -> str:
    return f"{fix.summary} in account {fix.owner}" if fix.document and fix.owner else fix.summary


def document_lines(document: ChangedDocument) -> list[str]:
    """One changed document: its title and its diff."""
    return [f"   {policy_title(document.policy)}", *diff_lines(document)]


def policy_title(ref: PolicyRef) -> str:
    """Which policy it is, for people."""
    named = f'{ref.name} "{ref.title}"' if ref.title else ref.name
    return " ".join(part for part in (ref.kind.value, named, ref.holder) if part)


def diff_lines(document: ChangedDocument) -> list[str]:
    """A changed document as a unified diff."""
    name = printable(f"{document.owner}/{document.policy.kind}/{document.policy.name}")
    lines = difflib.unified_diff(
        document.before.splitlines(),
        document.after.splitlines(),
        f"a/{name}" if document.before else "/dev/null",
        f"b/{name}",
        lineterm="",
    )
    return list(lines)


_CLASSES = 6
"""More classes than this are left to the JSON form."""
