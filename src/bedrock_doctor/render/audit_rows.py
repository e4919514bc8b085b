"""An audit as rows for tables: one for each principal, model and profile, with lists for the rest.

One row for each answer would be hundreds of millions. Regions and actions are lists; what is
blocked is one row for each principal and the layers that block; through roles, the shortest chain
that gives a model is told. Rows are made one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.audit import Access, AccessClass, Audit, Chain, Settle
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.render.redact import Redactor


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One row.

    Attributes:
        principal: its ARN, or what else names it.
        account: 12 digits, or empty.
        account_name: friendly name, or empty.
        kind: ``role``, ``user``, ``foreign account`` …
        access: ``allowed``, ``half-blocked``, ``unknown`` or ``blocked``.
        how: ``direct``, or ``chain``: through roles.
        model: model id; empty for what is blocked.
        profile: inference profile that is called; empty: the model itself.
        regions: Regions from which it is called, sorted.
        actions: IAM actions, as the audit orders them.
        blocked_regions: destination Regions that are blocked, for half-blocked profiles.
        blocked_by: layers that block.
        owners: accounts that must change them, in the same order; empty where not known.
        depends_on: what an unknown answer depends on.
        chain: ARNs of the roles that are assumed, in order.
        routes: how many ways to call (model, profile, Region) the row stands for.
    """

    principal: str
    account: str
    account_name: str
    kind: str
    access: str
    how: str
    model: str = ""
    profile: str = ""
    regions: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    blocked_regions: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    routes: int = 0


Outcome = tuple[Access, tuple[PolicyLayer, ...], tuple[str, ...], Settle]


def access_rows(
    audit: Audit, standings: Standings, redactor: Redactor, accounts: Collection[str] = ()
) -> Iterator[AccessRow]:
    """The rows of everybody: by principal, first what is direct, then through roles, then blocked.

    Args:
        audit: the audit.
        standings: how its principals stand.
        redactor: hides what must not be shown.
        accounts: only principals of these; empty: everybody.
    """
    yield from _Rows(audit, standings, redactor).of(accounts)


class _Rows:
    def __init__(self, audit: Audit, standings: Standings, redactor: Redactor) -> None:
        self.audit, self.standings = audit, standings
        self._redactor = redactor
        self._known: dict[str, str] = {}
        self._names = {
            account.id: redactor.named("account-name", account.name) for account in audit.accounts
        }
        self._parts: dict[int, tuple[tuple[str, str, tuple[str, ...], int], ...]] = {}
        self._classes: list[list[AccessClass]] = [[] for _ in audit.principals]
        for entry in audit.classes:
            for position in entry.principals:
                self._classes[position].append(entry)

    def of(self, accounts: Collection[str]) -> Iterator[AccessRow]:
        for position, principal in enumerate(self.audit.principals):
            if accounts and principal.account not in accounts:
                continue
            outcomes = self._outcomes(position)
            yield from self._direct(position, outcomes)
            yield from self._chained(position)
            yield from self._blocked(position, outcomes)

    def _outcomes(self, position: int) -> dict[tuple[Outcome, int], list[str]]:
        """What somebody gets on which routes, with the actions that get the same."""
        found: dict[tuple[Outcome, int], list[str]] = {}
        for entry in self._classes[position]:
            outcome = (entry.access, entry.blocked_by, entry.blocked_regions, entry.settle)
            found.setdefault((outcome, entry.routes), []).append(entry.action)
        return found

    def _direct(
        self, position: int, outcomes: dict[tuple[Outcome, int], list[str]]
    ) -> Iterator[AccessRow]:
        for (outcome, routes), actions in outcomes.items():
            access, layers, regions, settle = outcome
            if access is Access.BLOCKED:
                continue
            for model, profile, where, count in self._by_model(routes):
                yield self._row(
                    position,
                    access,
                    "direct",
                    model=model,
                    profile=profile,
                    regions=where,
                    actions=tuple(actions),
                    blocked_regions=regions,
                    blocked_by=tuple(layer.value for layer in layers),
                    owners=self._owners(position, layers),
                    depends_on=self._settled(settle),
                    routes=count,
                )

    def _blocked(
        self, position: int, outcomes: dict[tuple[Outcome, int], list[str]]
    ) -> Iterator[AccessRow]:
        joined: dict[tuple[tuple[PolicyLayer, ...], tuple[str, ...]], int] = {}
        for ((access, layers, _, _), routes), actions in outcomes.items():
            if access is Access.BLOCKED:
                key = (layers, tuple(actions))
                joined[key] = joined.get(key, 0) | routes
        for (layers, named), routes in joined.items():
            yield self._row(
                position,
                Access.BLOCKED,
                "direct",
                actions=named,
                blocked_by=tuple(layer.value for layer in layers),
                owners=self._owners(position, layers),
                routes=routes.bit_count(),
            )

    def _chained(self, position: int) -> Iterator[AccessRow]:
        """What roles give beyond the own access: what is allowed first, then what may be."""
        own = self.standings.own[position]
        ways = self.standings.ways(position)
        if not ways:
            return
        allowed = [one.allowed for one in own]
        for chain in ways:
            if chain.access is Access.ALLOWED:
                gives = [one.allowed for one in self.standings.own[chain.roles[-1]]]
                yield from self._given(position, chain, Access.ALLOWED, gives, allowed)
        perhaps = [one | known.unknown for one, known in zip(allowed, own, strict=True)]
        for chain in ways:
            row = self.standings.own[chain.roles[-1]]
            seen = [one.then(certain=chain.access is Access.ALLOWED).unknown for one in row]
            yield from self._given(position, chain, Access.UNKNOWN, seen, perhaps)

    def _given(
        self, position: int, chain: Chain, access: Access, gives: list[int], known: list[int]
    ) -> Iterator[AccessRow]:
        """What a chain gives that is not known yet; `known` is filled up."""
        alike: dict[int, list[str]] = {}
        for at, action in enumerate(self.audit.actions):
            new = gives[at] & ~known[at]
            known[at] |= new
            if new:
                alike.setdefault(new, []).append(action)
        roles = tuple(self._shown(self.audit.principals[role].arn) for role in chain.roles)
        for routes, actions in alike.items():
            for model, profile, where, count in self._by_model(routes):
                yield self._row(
                    position,
                    access,
                    "chain",
                    model=model,
                    profile=profile,
                    regions=where,
                    actions=tuple(actions),
                    depends_on=self._settled(chain.settle),
                    chain=roles,
                    routes=count,
                )

    def _row(self, position: int, access: Access, how: str, **rest: object) -> AccessRow:
        principal = self.audit.principals[position]
        made: AccessRow = AccessRow(
            self._shown(principal.arn),
            self._shown(principal.account),
            self._names.get(principal.account, ""),
            principal.type.value,
            access.value,
            how,
            **rest,  # type: ignore[arg-type]
        )
        return made

    def _by_model(self, routes: int) -> tuple[tuple[str, str, tuple[str, ...], int], ...]:
        """A set of routes by model and profile, with the Regions of each."""
        if routes not in self._parts:
            found: dict[tuple[str, str], list[str]] = {}
            for at in positions(routes):
                route = self.audit.routes[at]
                key = (self._shown(route.model), self._shown(route.profile))
                found.setdefault(key, []).append(route.region)
            self._parts[routes] = tuple(
                (*key, tuple(sorted(set(regions))), len(regions))
                for key, regions in sorted(found.items())
            )
        return self._parts[routes]

    def _owners(self, position: int, layers: tuple[PolicyLayer, ...]) -> tuple[str, ...]:
        account = self.audit.principals[position].account
        return tuple(self._shown(self.audit.owner(account, layer)) for layer in layers)

    def _settled(self, settle: Settle) -> tuple[str, ...]:
        return tuple(self._shown(fact.named) for fact in settle)

    def _shown(self, text: str) -> str:
        if text not in self._known:
            self._known[text] = self._redactor.text(text)
        return self._known[text]
