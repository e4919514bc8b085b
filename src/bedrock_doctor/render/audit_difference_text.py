"""The difference of two audits as text for a terminal."""

from __future__ import annotations

from bedrock_doctor.diagnose.wording import counted, listed, name_of
from bedrock_doctor.model.audit_change import AccessChange, AuditDifference, ChangeKind
from bedrock_doctor.render.audit_change_words import (
    HEADINGS,
    heading,
    how_words,
    learned_names,
    move_words,
    not_compared,
    what_words,
    who_words,
)
from bedrock_doctor.render.page import Page, Piece, Style
from bedrock_doctor.render.redact import Redactor

_STYLES = {
    ChangeKind.GAINED: Style.DENY,
    ChangeKind.LOST: Style.ALLOW,
    ChangeKind.DOUBTED: Style.UNKNOWN,
    ChangeKind.SETTLED: Style.DIM,
}
_SIGNS = {
    ChangeKind.GAINED: "+ ",
    ChangeKind.LOST: "- ",
    ChangeKind.DOUBTED: "? ",
    ChangeKind.SETTLED: "= ",
}
_MOST = 20


def audit_difference_text(
    difference: AuditDifference, page: Page, redactor: Redactor, *, verbose: bool = False
) -> str:
    """The text.

    Args:
        difference: the difference.
        page: where it is laid out; it conceals by the redactor.
        redactor: hides what must not be shown.
        verbose: whether all changes are shown, not the first of each kind.
    """
    names = learned_names(difference, redactor)
    page.line(Piece(heading(difference), Style.BOLD))
    page.line(Piece(_compared(page, difference), Style.DIM))
    for kind, title in HEADINGS.items():
        changes = difference.of_kind(kind)
        if changes:
            page.blank()
            page.line(Piece(f"{title}: {counted(len(changes), 'change')}", Style.BOLD))
            shown = changes if verbose else changes[:_MOST]
            for change in shown:
                _add(page, change, names)
            if len(changes) > len(shown):
                rest = len(changes) - len(shown)
                page.line(Piece(f"  and {rest} more (-v shows all)", Style.DIM))
    page.blank()
    for arn in (*difference.added[:6], *difference.removed[:6]):
        redactor.learn_text(arn)
    for word, arns in (("new", difference.added), ("gone", difference.removed)):
        if arns:
            people = listed([name_of(arn) for arn in arns])
            page.wrap("", page.foreign(f"{counted(len(arns), 'principal')} {word}: {people}"))
    for text in not_compared(difference):
        page.wrap("", page.foreign(text))
    return page.text()


def _compared(page: Page, difference: AuditDifference) -> str:
    times = [page.foreign(time) for time in (difference.before, difference.after)]
    between = f", {times[0]} and {times[1]}" if all(times) else ""
    return f"compared: {counted(difference.compared, 'account')}{between}"


def _add(page: Page, change: AccessChange, names: dict[str, str]) -> None:
    style = _STYLES[change.kind]
    page.wrap(
        f"  {_SIGNS[change.kind]}", page.foreign(who_words(change, names)), head=style, style=style
    )
    page.wrap("    ", page.foreign(what_words(change)))
    page.wrap("    ", page.foreign(how_words(change)))
    if change.kind in (ChangeKind.DOUBTED, ChangeKind.SETTLED):
        page.wrap("    ", move_words(change))
