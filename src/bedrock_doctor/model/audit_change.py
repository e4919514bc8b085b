"""What is different between two audits: who gained and who lost access to which models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.audit import Access


class ChangeKind(StrEnum):
    """The kinds of change. Read backwards, gained and lost change places, and the last two do."""

    GAINED = "gained"
    """Blocked then, allowed now."""
    LOST = "lost"
    """Allowed then, blocked now."""
    DOUBTED = "newly unknown"
    """Allowed or blocked then, unknown now."""
    SETTLED = "settled"
    """Unknown then, allowed or blocked now."""


@dataclass(frozen=True, slots=True)
class AccessChange:
    """Principals of one account whose access to some models changed in the same way.

    Attributes:
        kind: what kind of change it is.
        account: 12 digits; empty for principals of no account.
        principals: their ARNs, or what else names them, sorted.
        before: ALLOWED, BLOCKED or UNKNOWN; half-blocked profiles count as blocked.
        after: the same, now.
        actions: IAM actions, as the audits order them.
        models: model ids, sorted.
        profiles: inference profiles through which they are called, sorted; the models themselves
            are not told apart from them.
        regions: Regions from which they are called, sorted.
        via: ARNs of the roles that are assumed, in order, on the side on which the access is
            allowed, or else unknown; empty: by their own permissions.
        routes: how many ways to call (model, profile, Region) it stands for.
        depends_on: for DOUBTED and SETTLED, what it depends on while it is not known: documents
            that are missing, and keys that the request may carry.
    """

    kind: ChangeKind
    account: str
    principals: tuple[str, ...]
    before: Access
    after: Access
    actions: tuple[str, ...]
    models: tuple[str, ...]
    profiles: tuple[str, ...]
    regions: tuple[str, ...]
    via: tuple[str, ...] = ()
    routes: int = 0
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditDifference:
    """Everything that is different.

    Attributes:
        before: when the first snapshot was taken, ISO 8601, or empty.
        after: when the second one was.
        changes: by kind, account, roles and principals.
        added: roles and users of compared accounts that are new, sorted.
        removed: those that are gone, sorted.
        compared: how many accounts were compared.
        only_before: accounts that only the first audit holds, sorted; they are not compared.
        only_after: accounts that only the second one holds, sorted.
        names: account id to friendly name.
    """

    before: str
    after: str
    changes: tuple[AccessChange, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    compared: int = 0
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def of_kind(self, kind: ChangeKind) -> tuple[AccessChange, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind is kind)


def principals_of(changes: Iterable[AccessChange]) -> int:
    """How many principals some changes concern, each once."""
    return len({principal for change in changes for principal in change.principals})
