"""Two audits compared: by principal and route, told as classes.

Only accounts that both hold are compared, and roles of other accounts lead nowhere: a snapshot that
holds more gives nobody more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from bedrock_doctor.audit.standing import NOWHERE, Row, Standing, Standings, best_of
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.audit import (
    Access,
    AccessClass,
    Audit,
    AuditedPrincipal,
    Chain,
    Route,
    Settle,
)
from bedrock_doctor.model.audit_change import AccessChange, AuditDifference, ChangeKind

_KINDS = list(ChangeKind)
_MOVES = {
    ChangeKind.GAINED: ((Access.BLOCKED, Access.ALLOWED),),
    ChangeKind.LOST: ((Access.ALLOWED, Access.BLOCKED),),
    ChangeKind.DOUBTED: (
        (Access.ALLOWED, Access.UNKNOWN),
        (Access.BLOCKED, Access.UNKNOWN),
    ),
    ChangeKind.SETTLED: (
        (Access.UNKNOWN, Access.ALLOWED),
        (Access.UNKNOWN, Access.BLOCKED),
    ),
}
_SHOWN_AFTER = (ChangeKind.GAINED, ChangeKind.DOUBTED)
"""Kinds whose way is the one of the second audit."""


def difference(before: Audit, after: Audit) -> AuditDifference:
    """What is different in the second audit."""
    old_ids, new_ids = _accounts(before), _accounts(after)
    shared = old_ids & new_ids
    axis = _Axis(before, after)
    sides = (_Side(before, shared, axis), _Side(after, shared, axis))
    changes = _Changes(axis, *sides).all()
    held = [frozenset(side.held) for side in sides]
    names = {a.id: a.name for audit in (before, after) for a in audit.accounts if a.name}
    return AuditDifference(
        before.created,
        after.created,
        tuple(sorted(changes, key=_order)),
        added=tuple(sorted(held[1] - held[0])),
        removed=tuple(sorted(held[0] - held[1])),
        compared=len(shared),
        only_before=tuple(sorted(old_ids - shared)),
        only_after=tuple(sorted(new_ids - shared)),
        names=tuple(sorted(names.items())),
    )


def _accounts(audit: Audit) -> frozenset[str]:
    """The accounts whose principals were audited."""
    return frozenset(p.account for p in audit.principals if p.held) | (
        frozenset(account.id for account in audit.accounts) - frozenset(audit.left)
    )


def _order(change: AccessChange) -> tuple[object, ...]:
    return (
        _KINDS.index(change.kind),
        change.account,
        change.via,
        change.principals,
        change.actions,
        change.models,
        change.regions,
        change.profiles,
        change.before,
        change.after,
    )


class _Axis:
    """The routes and actions of two audits under common positions."""

    def __init__(self, before: Audit, after: Audit) -> None:
        number: dict[Route, int] = {}
        for route in (*before.routes, *after.routes):
            number.setdefault(route, len(number))
        self.number = number
        self.routes = tuple(number)
        self.actions = tuple(action for action in after.actions if action in before.actions)
        self.every = (1 << len(self.routes)) - 1

    def told(self, routes: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Models, profiles and Regions of a set of routes."""
        found = [self.routes[at] for at in positions(routes)]
        models = sorted({route.model for route in found})
        profiles = sorted({route.profile for route in found} - {""})
        return tuple(models), tuple(profiles), tuple(sorted({route.region for route in found}))


class _Side:
    """One audit, cut down to the accounts that are compared."""

    def __init__(self, audit: Audit, shared: frozenset[str], axis: _Axis) -> None:
        self.axis, self.shared = axis, shared
        self.audit = replace(audit, edges=tuple(
            edge for edge in audit.edges
            if self._counts(audit.principals[edge.source])
            and self._counts(audit.principals[edge.role])
        ))  # fmt: skip
        self.standings = Standings(self.audit)
        self.positions = {
            principal.arn: at
            for at, principal in enumerate(audit.principals)
            if self._counts(principal)
        }
        self.held = {arn for arn, at in self.positions.items() if audit.principals[at].held}
        self._incomplete = {account.id for account in audit.accounts if not account.complete}
        self._same = audit.routes == axis.routes[: len(audit.routes)]
        self._moved: dict[int, int] = {}
        self._rows: dict[int, Row] = {}
        self._beside: dict[tuple[int, frozenset[int]], Row] = {}
        self._left_out: frozenset[int] | None = None
        self._nothing: Row = (NOWHERE,) * len(axis.actions)
        self._perhaps: Row = (Standing(unknown=axis.every),) * len(axis.actions)
        self._columns = [audit.actions.index(action) for action in axis.actions]

    def _counts(self, principal: AuditedPrincipal) -> bool:
        return not principal.held or principal.account in self.shared

    def bits(self, routes: int) -> int:
        """A set of routes under the common positions."""
        if self._same or not routes:
            return routes
        if routes not in self._moved:
            moved = 0
            for at in positions(routes):
                moved |= 1 << self.axis.number[self.audit.routes[at]]
            self._moved[routes] = moved
        return self._moved[routes]

    def row(self, row: Row) -> Row:
        """A row under the common positions, by the common actions."""
        if id(row) not in self._rows:
            self._rows[id(row)] = tuple(
                Standing(self.bits(one.allowed), 0, self.bits(one.unknown))
                for one in (row[column] for column in self._columns)
            )
        return self._rows[id(row)]

    def effective(self, arn: str, account: str, *, held: bool) -> Row:
        """How somebody stands; of an account of which not everything is known, perhaps anyhow."""
        at = self.positions.get(arn)
        if at is not None:
            return self.row(self.standings.effective(at))
        return self._perhaps if held and account in self._incomplete else self._nothing

    def beside(self, other: _Side, arn: str, row: Row) -> Row:
        """A row of somebody with what roles may give that this audit does not know of, because not
        everything of their accounts was collected, and that the other one lets it become."""
        hidden = self._hidden(other)
        at = other.positions.get(arn) if hidden else None
        roles = frozenset() if at is None else hidden & other.standings.graph.roles(at)
        if not roles:
            return row
        key = id(row), roles
        if key not in self._beside:
            parts = [other.row(other.standings.effective(role)) for role in roles]
            self._beside[key] = tuple(
                Standing(
                    one.allowed,
                    0,
                    (one.unknown | best_of(part[n] for part in parts).any) & ~one.allowed,
                )
                for n, one in enumerate(row)
            )
        return self._beside[key]

    def _hidden(self, other: _Side) -> frozenset[int]:
        """Positions in another audit of those whom this one may have left out."""
        if not self._incomplete:
            return frozenset()
        if self._left_out is None:
            principals = other.audit.principals
            self._left_out = frozenset(
                other.positions[arn]
                for arn in other.held - self.held
                if principals[other.positions[arn]].account in self._incomplete
            )
        return self._left_out

    def ways(self, arn: str, *, certain: bool) -> Iterator[tuple[Chain, Row]]:
        """The chains of somebody with what they give, the shortest first."""
        at = self.positions.get(arn)
        for chain in () if at is None else self.standings.ways(at):
            sure = chain.access is Access.ALLOWED
            if sure or not certain:
                row = self.row(self.standings.own[chain.roles[-1]])
                yield chain, tuple(one.then(certain=sure) for one in row)

    def own(self, arn: str) -> Row:
        """How somebody stands by their own permissions."""
        at = self.positions.get(arn)
        return self._nothing if at is None else self.row(self.standings.own[at])

    @cached_property
    def _open(self) -> dict[int, list[AccessClass]]:
        """The classes of access that are not known, by position."""
        found: dict[int, list[AccessClass]] = {}
        for entry in self.audit.classes:
            for at in entry.principals if entry.settle else ():
                found.setdefault(at, []).append(entry)
        return found

    def settle(self, arn: str, actions: Collection[str], routes: int) -> Settle:
        """What it depends on whether somebody's own permissions give some routes."""
        return tuple(
            fact
            for entry in self._open.get(self.positions.get(arn, -1), ())
            if entry.action in actions and self.bits(entry.routes) & routes
            for fact in entry.settle
        )


@dataclass(frozen=True, slots=True)
class _Key:
    """What principals whose change is told together have in common."""

    kind: ChangeKind
    before: Access
    after: Access
    account: str
    via: tuple[str, ...]
    depends_on: tuple[str, ...]
    actions: tuple[str, ...]
    routes: int


@dataclass(frozen=True, slots=True)
class _Move:
    """Routes to which access changed in one way, by action."""

    kind: ChangeKind
    before: Access
    after: Access
    routes: tuple[int, ...]


def _having(standing: Standing, access: Access, every: int) -> int:
    """The routes to which a standing gives one kind of access."""
    match access:
        case Access.ALLOWED:
            return standing.allowed
        case Access.UNKNOWN:
            return standing.unknown & ~standing.allowed
    return every & ~(standing.allowed | standing.unknown)


class _Changes:
    def __init__(self, axis: _Axis, before: _Side, after: _Side) -> None:
        self.axis, self.before, self.after = axis, before, after
        self._moves: dict[tuple[int, int], list[_Move]] = {}

    def all(self) -> Iterator[AccessChange]:
        classes: dict[_Key, list[str]] = {}
        for arn, principal in sorted(self._compared().items()):
            old, new = (
                side.beside(other, arn, side.effective(arn, principal.account, held=principal.held))
                for side, other in ((self.before, self.after), (self.after, self.before))
            )
            if old == new:
                continue
            for move in self._moved(old, new):
                for key in self._ways(arn, principal.account, move):
                    classes.setdefault(key, []).append(arn)
        for key, arns in classes.items():
            models, profiles, regions = self.axis.told(key.routes)
            yield AccessChange(
                key.kind, key.account, tuple(arns), key.before, key.after, key.actions, models,
                profiles, regions, key.via, key.routes.bit_count(), key.depends_on,
            )  # fmt: skip

    def _compared(self) -> dict[str, AuditedPrincipal]:
        """Everybody whom both can say something about.

        An account that only one of them holds is another one's foreign account: neither counts.
        """
        found: dict[str, AuditedPrincipal] = {}
        for side, other in ((self.before, self.after), (self.after, self.before)):
            strangers = _accounts(other.audit) - side.shared
            for arn, at in side.positions.items():
                principal = side.audit.principals[at]
                if principal.held or principal.account not in strangers:
                    found[arn] = principal
        return found

    def _moved(self, old: Row, new: Row) -> list[_Move]:
        """For each way of changing the routes that do, by action. Rows are kept by their sides."""
        key = (id(old), id(new))
        if key not in self._moves:
            every, found = self.axis.every, []
            for kind, moves in _MOVES.items():
                for then, now in moves:
                    routes = tuple(
                        _having(a, then, every) & _having(b, now, every)
                        for a, b in zip(old, new, strict=True)
                    )
                    if any(routes):
                        found.append(_Move(kind, then, now, routes))
            self._moves[key] = found
        return self._moves[key]

    def _ways(self, arn: str, account: str, move: _Move) -> Iterator[_Key]:
        """The change of somebody by the ways that give, or gave, the access."""
        side = self.after if move.kind in _SHOWN_AFTER else self.before
        certain = move.kind in (ChangeKind.GAINED, ChangeKind.LOST)
        left = list(move.routes)

        def key(via: tuple[str, ...], settle: Settle, taken: tuple[tuple[str, ...], int]) -> _Key:
            last = via[-1] if via else arn
            facts = settle if certain else (*settle, *side.settle(last, *taken))
            depends = tuple(dict.fromkeys(fact.named for fact in facts))
            return _Key(move.kind, move.before, move.after, account, via, depends, *taken)

        for taken in self._taken(side.own(arn), left, certain=certain):
            yield key((), (), taken)
        for chain, row in side.ways(arn, certain=certain) if any(left) else ():
            via = tuple(side.audit.principals[role].arn for role in chain.roles)
            for taken in self._taken(row, left, certain=certain):
                yield key(via, chain.settle, taken)
        # of an account of which not everything is known, nobody tells how
        rest = tuple(Standing(bits) for bits in left)
        for taken in self._taken(rest, left, certain=True):
            yield key((), (), taken)

    def _taken(
        self, gives: Row, left: list[int], *, certain: bool
    ) -> list[tuple[tuple[str, ...], int]]:
        """What one way gives of the routes that are left, with the actions; it is left no more."""
        alike: dict[int, list[str]] = {}
        for at, action in enumerate(self.axis.actions):
            given = gives[at].allowed if certain else gives[at].allowed | gives[at].unknown
            taken = left[at] & given
            left[at] &= ~taken
            if taken:
                alike.setdefault(taken, []).append(action)
        return [(tuple(actions), routes) for routes, actions in alike.items()]
