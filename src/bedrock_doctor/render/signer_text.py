"""Who signs, for a terminal: one line a check, details only where something is to be said."""

from __future__ import annotations

from bedrock_doctor.model.signer import Level, Signer, SignerCheck, SourceState
from bedrock_doctor.render.page import Page, Piece, Style

_MARKS = {
    Level.OK: ("[ok]", Style.ALLOW),
    Level.WARNING: ("[!]", Style.UNKNOWN),
    Level.ERROR: ("[x]", Style.DENY),
    Level.SKIPPED: ("[-]", Style.DIM),
}
_NAME = 13
"""Columns of the name behind the mark."""


def signer_text(signer: Signer, page: Page, *, verbose: bool) -> str:
    """The whole answer.

    Args:
        signer: who signs.
        page: an empty page of the wanted width.
        verbose: also list every source of credentials in the SDK's order.
    """
    for check in signer.checks:
        _check(check, page)
    if signer.hops:
        page.blank()
        page.line("The profile assumes")
        for number, hop in enumerate(signer.hops, 1):
            extras = ["with an external id"] if hop.external_id else []
            extras += [f"with MFA device {hop.mfa_serial}"] if hop.mfa_serial else []
            how = ", ".join([f"profile {hop.profile}, from {hop.source}", *extras])
            page.wrap(f"  {number}  ", page.foreign(f"{hop.role_arn} ({how})"))
    if verbose and signer.sources:
        _sources(signer, page)
    page.blank()
    page.line(_total(signer))
    return page.text()


def _check(check: SignerCheck, page: Page) -> None:
    mark, style = _MARKS[check.level]
    head = f"{mark:<5}{check.name:<{_NAME}}"
    page.line(Piece(head[:5], style), head[5:], page.foreign(check.text))
    indent = " " * 5
    for detail in check.details:
        page.wrap(f"{indent}- ", page.foreign(detail))
    for fix in check.fixes:
        page.wrap(f"{indent}fix: ", page.foreign(fix), head=Style.SPAN)
    if check.finding:
        page.line(f"{indent}see: bedrock-doctor rule {check.finding}")


def _sources(signer: Signer, page: Page) -> None:
    page.blank()
    page.line("Where the SDK looks for credentials, in its order")
    width = max(len(source.name) for source in signer.sources)
    for source in signer.sources:
        words = [source.state.value]
        if source.where and source.state is not SourceState.UNUSED:
            words.append(source.where)
        if source.why:
            words.append(source.why)
        page.wrap(f"  {source.name:<{width}}  ", page.foreign(": ".join(words)))


def _total(signer: Signer) -> str:
    errors = sum(check.level is Level.ERROR for check in signer.checks)
    warnings = sum(check.level is Level.WARNING for check in signer.checks)
    if not errors and not warnings:
        return "Nothing found. Nothing was changed."
    return (
        f"{errors} error{'' if errors == 1 else 's'}, "
        f"{warnings} warning{'' if warnings == 1 else 's'}. Nothing was changed."
    )
