"""How each principal stands to each route: by its own permissions, and through roles.

Sets of routes are integers, as in `AccessClass`. Principals that stand alike share one value, so
that what is made for one of them is made for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bedrock_doctor.audit.row_verdicts import INVOKE, STREAM
from bedrock_doctor.audit.trust_graph import TrustGraph
from bedrock_doctor.evaluate.target_set import set_of
from bedrock_doctor.model.audit import Access, AccessClass, Audit, Chain

_FIELDS = {Access.ALLOWED: 0, Access.HALF_BLOCKED: 1, Access.UNKNOWN: 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to the routes by one action; each a set of routes. The rest is blocked.

    Attributes:
        allowed: what passes.
        half: profiles of which some destinations pass only.
        unknown: what cannot be told.
    """

    allowed: int = 0
    half: int = 0
    unknown: int = 0

    def then(self, *, certain: bool) -> Standing:
        """The same, seen through a chain that may not be certain."""
        return self if certain else Standing(unknown=self.allowed | self.unknown)

    @property
    def any(self) -> int:
        """Everything that is not plainly blocked."""
        return self.allowed | self.half | self.unknown


NOWHERE = Standing()


def best_of(standings: Iterable[Standing]) -> Standing:
    """The best of several ways to each route: allowed before unknown before half-blocked."""
    allowed = half = unknown = 0
    for one in standings:
        allowed |= one.allowed
        half |= one.half
        unknown |= one.unknown
    unknown &= ~allowed
    return Standing(allowed, half & ~(allowed | unknown), unknown)


Row = tuple[Standing, ...]
"""How somebody stands, by action."""

CALLING = (INVOKE, STREAM)
"""The actions that get an answer from a model at once; a batch job needs a service role as well."""


def calling(actions: Sequence[str], row: Row) -> Standing:
    """How somebody stands to calling models.

    Args:
        actions: of the audit.
        row: how it stands by each of them.
    """
    asked = zip(actions, row, strict=True)
    return best_of(standing for action, standing in asked if action in CALLING)


class Standings:
    """How all principals of an audit stand.

    Attributes:
        audit: the audit.
        graph: who can become which role.
        own: by position, the row of its own permissions; equal rows are one object.
    """

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.graph = TrustGraph(audit.edges, audit.depth)
        self._nothing: Row = (NOWHERE,) * len(audit.actions)
        self._rows: dict[Row, Row] = {self._nothing: self._nothing}
        self.own = self._own(audit.classes)
        self._united: dict[frozenset[tuple[int, bool]], Row] = {}
        self._chained: dict[int, Row] = {}

    def _own(self, classes: Iterable[AccessClass]) -> tuple[Row, ...]:
        number = {action: index for index, action in enumerate(self.audit.actions)}
        width = 3 * len(number)
        bits: dict[int, list[int]] = {}
        for entry in classes:
            field = _FIELDS.get(entry.access)
            if field is None:
                continue
            at = 3 * number[entry.action] + field
            for position in entry.principals:
                bits.setdefault(position, [0] * width)[at] |= entry.routes
        rows: dict[tuple[int, ...], Row] = {}
        found = []
        for position in range(len(self.audit.principals)):
            key = tuple(bits.get(position, ()))
            if key not in rows:
                made = tuple(Standing(*key[at : at + 3]) for at in range(0, len(key), 3))
                rows[key] = self._one(made or self._nothing)
            found.append(rows[key])
        return tuple(found)

    def _one(self, row: Row) -> Row:
        return self._rows.setdefault(row, row)

    def ways(self, position: int) -> tuple[Chain, ...]:
        """A shortest chain to each role that somebody can become."""
        return self.graph.shortest(position)

    def chained(self, position: int) -> Row:
        """How somebody stands through the roles that it can become."""
        if position not in self._chained:
            ways = {(id(self.own[r]), s): r for r, s in self.graph.reached(position).items()}
            parts = frozenset(ways)
            if parts not in self._united:
                self._united[parts] = self._joined(
                    (self.own[role], certain) for (_, certain), role in ways.items()
                )
            self._chained[position] = self._united[parts]
        return self._chained[position]

    def _joined(self, parts: Iterable[tuple[Row, bool]]) -> Row:
        seen = [[one.then(certain=certain) for one in row] for row, certain in parts]
        if not seen:
            return self._nothing
        return self._one(tuple(best_of(column) for column in zip(*seen, strict=True)))

    def effective(self, position: int) -> Row:
        """How somebody stands either way."""
        own, through = self.own[position], self.chained(position)
        if through is self._nothing:
            return own
        return self._one(tuple(best_of(pair) for pair in zip(own, through, strict=True)))

    @cached_property
    def positions(self) -> dict[str, int]:
        """Positions of principals by ARN."""
        return {principal.arn: at for at, principal in enumerate(self.audit.principals)}


class RouteNames:
    """What sets of routes stand for.

    Attributes:
        audit: the audit whose routes they are.
        by_model: the routes to each model, by id.
    """

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self._models: dict[int, tuple[str, ...]] = {}
        ways: dict[str, list[int]] = {}
        for at, route in enumerate(audit.routes):
            ways.setdefault(route.model, []).append(at)
        self.by_model = {name: set_of(ways[name], len(audit.routes)) for name in sorted(ways)}

    def models(self, routes: int) -> tuple[str, ...]:
        """The models of a set of routes, sorted."""
        if routes not in self._models:
            found = tuple(name for name, ways in self.by_model.items() if ways & routes)
            self._models[routes] = found
        return self._models[routes]
