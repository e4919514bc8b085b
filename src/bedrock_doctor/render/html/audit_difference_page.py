"""The difference of two audits as one HTML page, without script."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.audit_change import AccessChange, AuditDifference, principals_of
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
from bedrock_doctor.render.html.pages import render_page
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.redact import Redactor

_MOST = 500
"""Changes of one kind that are shown; the others are counted."""
_STATES = {"gained": "deny", "lost": "allow", "newly unknown": "unknown", "settled": "note"}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in words.

    Attributes:
        who: principals and account.
        what: models, actions, Regions.
        how: directly or through which roles.
        move: what it was and is.
        change: the change itself, for its whole lists.
    """

    who: str
    what: str
    how: str
    move: str
    change: AccessChange


@dataclass(frozen=True, slots=True)
class KindView:
    """The changes of one kind."""

    title: str
    state: str
    people: int
    count: int
    shown: tuple[ChangeView, ...]


def audit_difference_page(difference: AuditDifference, redactor: Redactor) -> str:
    """The page: no network, no script of its own."""
    names = learned_names(difference, redactor)
    kinds = []
    for kind, title in HEADINGS.items():
        changes = difference.of_kind(kind)
        shown = tuple(
            ChangeView(who_words(c, names), what_words(c), how_words(c), move_words(c), c)
            for c in changes[:_MOST]
        )
        people = principals_of(changes)
        kinds.append(KindView(title, _STATES[kind.value], people, len(changes), shown))
    return render_page(
        "audit_difference.html",
        difference=difference,
        heading=heading(difference),
        kinds=[kind for kind in kinds if kind.count],
        left_out=not_compared(difference),
        foreign=lambda text: printable(redactor.text(str(text))),
        redaction=redactor.level.value,
    )
