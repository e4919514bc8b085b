"""A message to the owner of every barrier, ready to be sent, written from a report document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_doctor.diagnose.wording import counted, name_of
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.document_words import (
    account_words,
    blocking,
    excerpt_lines,
    opened_words,
    place_words,
    signers,
    sources_words,
)
from bedrock_doctor.render.page import wrapped

_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Letter:
    """One message.

    Attributes:
        account: id of the account that it goes to.
        to: the account for people.
        text: subject and body.
    """

    account: str
    to: str
    text: str


def letters(document: doc.ReportDocument) -> list[Letter]:
    """One letter for each account that has to change something, in the order of the way."""
    return [_letter(owner, document) for owner in _owners(document)]


def _owners(document: doc.ReportDocument) -> list[str]:
    found: dict[str, None] = {}
    for finding in blocking(document):
        fixes = _fixes(finding, document)
        found.update((f.owner_account, None) for f in fixes if f.owner_account)
        if not fixes and finding.owner_account:
            found[finding.owner_account] = None
    return list(found)


def _fixes(finding: doc.FindingEntry, document: doc.ReportDocument) -> list[doc.FixEntry]:
    """The fixes of a finding in the first plan."""
    planned = document.plans[0].fixes if document.plans else []
    return [f for f in document.fixes if f.id in planned and finding.id in f.findings]


def _letter(owner: str, document: doc.ReportDocument) -> Letter:
    who = " as ".join(signers(document))
    lines = [
        f"Subject: {who} cannot call {document.target.id}",
        "",
        "Hello,",
        "",
        *_question(document),
        "",
        f"What has to change in your account, {account_words(document, owner)}:",
    ]
    number, told = 0, set[str]()
    for finding in blocking(document):
        fixes = _fixes(finding, document)
        mine = [fix for fix in fixes if fix.owner_account == owner]
        if not mine and (fixes or finding.owner_account != owner):
            continue
        number += 1
        lines += ["", *_wrapped(f"{number}. ", f"{finding.id}: {finding.summary}")]
        lines += _detail(finding)
        if not mine:
            lines += [line for step in finding.help for line in _wrapped("   to do: ", step)]
        for fix in mine:
            lines += _change(fix) if fix.id not in told else ["   mended by the change above"]
            told.add(fix.id)
    lines += ["", *_closing(owner, document)]
    return Letter(owner, account_words(document, owner), "\n".join(lines) + "\n")


def _change(fix: doc.FixEntry) -> Iterator[str]:
    yield from _wrapped("   please: ", fix.summary)
    if fix.diff:
        yield ""
        yield from (f"     {line}".rstrip() for line in fix.diff.rstrip("\n").split("\n"))
    yield from (f"     {line}" for line in fix.commands)
    for text in opened_words(fix):
        yield from _wrapped("   also opens: ", text)
    if fix.radius and not fix.radius.opened:
        compared = f"{fix.radius.decisions:,} decisions"
        yield from _wrapped("   also opens: ", f"nothing else, compared over {compared}")


def _question(document: doc.ReportDocument) -> Iterator[str]:
    attempt = document.attempt
    yield f"{name_of(attempt.caller)} cannot call {document.target.id} in {attempt.region}."
    for number, hop in enumerate(document.hops[: len(attempt.roles) + 1]):
        does = "calls as " if number else "caller:  "
        yield f"  {does} {hop.principal} ({account_words(document, hop.account)})"
    yield f"  calls     {document.target.arn}"


def _detail(finding: doc.FindingEntry) -> Iterator[str]:
    if finding.where:
        yield from _wrapped("   ", place_words(finding.where))
        if finding.where.excerpt:
            yield from (f"   {line}".rstrip() for line in excerpt_lines(finding.where.excerpt))
    for note in finding.notes:
        yield from _wrapped("   note: ", note)


def _wrapped(first: str, text: str) -> list[str]:
    """A paragraph; ARNs and other tokens are never broken."""
    lines = wrapped(text, _WIDTH - len(first), _WIDTH - len(first))
    return [
        f"{first if number == 0 else ' ' * len(first)}{line}" for number, line in enumerate(lines)
    ]


def _closing(owner: str, document: doc.ReportDocument) -> Iterator[str]:
    others = [account for account in _owners(document) if account != owner]
    if others:
        names = ", ".join(account_words(document, account) for account in others)
        where = counted(len(others), "other account")
        yield from _wrapped("", f"The call also needs changes in {where}: {names}.")
    created = document.collection.created
    dated = f" of {created}" if created else ""
    if document.plans and document.plans[0].proved:
        yield from _wrapped(
            "",
            "Proved by evaluation: with all these changes the call is allowed, and without any "
            "one policy edit it stays denied.",
        )
    yield from _wrapped(
        "",
        f"Found by evaluating the policies of a snapshot{dated}, with bedrock-doctor "
        f"{document.tool.version}, {sources_words(document)}. To check the result of a change, "
        "collect a new snapshot and run `bedrock-doctor diagnose` again.",
    )
