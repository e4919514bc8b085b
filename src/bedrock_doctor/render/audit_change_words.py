"""What a change of access says, in words that all forms share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bedrock_doctor.diagnose.wording import counted, listed, name_of
from bedrock_doctor.model.audit import Access
from bedrock_doctor.model.audit_change import (
    AccessChange,
    AuditDifference,
    ChangeKind,
    principals_of,
)
from bedrock_doctor.render.redact import Redactor

HEADINGS = {
    ChangeKind.GAINED: "Gained access",
    ChangeKind.LOST: "Lost access",
    ChangeKind.DOUBTED: "Newly unknown",
    ChangeKind.SETTLED: "Settled",
}
_FEW = 3


def learned_names(difference: AuditDifference, redactor: Redactor) -> dict[str, str]:
    """Takes in the names that words use; account ids with the names that may be shown."""
    for change in difference.changes:
        for arn in (*change.principals[:_FEW], *change.via):
            redactor.learn_text(arn)
    return {account: redactor.named("account-name", name) for account, name in difference.names}


def heading(difference: AuditDifference) -> str:
    """The answer in one line."""
    gained = principals_of(difference.of_kind(ChangeKind.GAINED))
    lost = principals_of(difference.of_kind(ChangeKind.LOST))
    doubted = principals_of(difference.of_kind(ChangeKind.DOUBTED))
    if not difference.changes:
        return "nobody gained or lost access to a model"
    parts = [
        f"{counted(gained, 'principal')} gained access" if gained else "nobody gained access",
        f"{lost or 'nobody'} lost it",
    ]
    if doubted:
        parts.append(f"of {doubted} it cannot be told any more")
    return ", ".join(parts)


def who_words(change: AccessChange, names: Mapping[str, str]) -> str:
    """``app, job and 3 more of apps (111122223333)``."""
    people = listed([_called(arn) for arn in change.principals], _FEW)
    if not change.account:
        return people
    name = names.get(change.account)
    return f"{people} of {f'{name} ({change.account})' if name else change.account}"


def _called(principal: str) -> str:
    """A principal in one word."""
    if principal == "*":
        return "anybody"
    return "everybody" if principal.endswith(":root") else name_of(principal)


def what_words(change: AccessChange) -> str:
    """Models, profiles, Regions and actions: ``2 models (a, b) by InvokeModel from 3 Regions``."""
    models = _several(change.models, "model")
    actions = listed([action.rpartition(":")[2] for action in change.actions])
    return f"{models} by {actions} from {_several(change.regions, 'Region')}"


def _several(names: Sequence[str], word: str) -> str:
    if len(names) <= _FEW:
        return listed(names)
    return f"{counted(len(names), word)} ({', '.join(names[:_FEW])} …)"


def how_words(change: AccessChange) -> str:
    """``directly``, or ``through gateway in 444455556666``; then what it depends on."""
    steps = [
        name_of(role)
        if role.split(":")[4] == change.account
        else f"{name_of(role)} in {role.split(':')[4]}"
        for role in change.via
    ]
    way = f"through {' and '.join(steps)}" if steps else "by their own permissions"
    if change.depends_on:
        way += f"; depends on {listed(change.depends_on)}"
    return way


def move_words(change: AccessChange) -> str:
    """``blocked before, allowed now``."""
    return f"{_word(change.before)} before, {_word(change.after)} now"


def _word(access: Access) -> str:
    return "not allowed" if access is Access.BLOCKED else access.value


def not_compared(difference: AuditDifference) -> list[str]:
    """What was left out, in words."""
    return [
        f"{counted(len(accounts), 'account')} only in the {which} snapshot, not compared: "
        f"{listed(accounts)}"
        for accounts, which in (
            (difference.only_before, "first"),
            (difference.only_after, "second"),
        )
        if accounts
    ]
