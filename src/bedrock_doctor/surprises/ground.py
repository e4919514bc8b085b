"""What the kinds of surprise look at: a snapshot, and who reaches what in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from bedrock_doctor.audit.standing import RouteNames, Standing, Standings, best_of
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.audit import AccessClass, Audit
from bedrock_doctor.model.policy import (
    Effect,
    Policy,
    PolicyDocument,
    PolicyKind,
    PolicyRef,
    PrincipalValue,
    Statement,
    Text,
)
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.snapshot import IamEntity, Snapshot
from bedrock_doctor.model.source import Source

T = TypeVar("T")
_MOST_TEXTS = 20_000
ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a principal reaches, by its own policies or by roles that it may assume.

    Attributes:
        verdict: ALLOW: at least one model; DENY: none; UNKNOWN: perhaps one.
        models: ids of the models within reach, sorted.
        perhaps: ids of those for which it cannot be told, sorted.
    """

    verdict: Verdict
    models: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


NOTHING = Reach(Verdict.DENY)


@dataclass(frozen=True, slots=True)
class Trust:
    """The trust policy of a role.

    Attributes:
        account: account of the role.
        role: the role.
        policy: its trust policy.
    """

    account: str
    role: IamEntity
    policy: Policy

    def named(self) -> Iterator[tuple[Statement, PrincipalValue]]:
        """What each Allow of an assume action names, in document order."""
        for statement in self.policy.statements:
            named = statement.principal
            if named is None or named.negated or not opens(statement):
                continue
            for value in named.values:
                yield statement, value


def opens(statement: Statement) -> bool:
    """Whether the statement is an Allow of an action by which a role is assumed."""
    return statement.effect is Effect.ALLOW and any(
        covers_action(statement, action) for action in ASSUMING
    )


def everybody(statement: Statement) -> tuple[Text, ...]:
    """What of an Allow of an assume action names everybody: ``*``, or a NotPrincipal."""
    named = statement.principal
    if named is None or not opens(statement):
        return ()
    if named.negated:
        return (named.key,)
    return tuple(
        value.text
        for value in named.values
        if value.type in ("*", "AWS") and value.text.value == "*"
    )


def covers_action(statement: Statement, action: str) -> bool:
    """Whether the Action or NotAction element covers an action."""
    patterns = statement.action.values
    hit = any(compile_glob(text.value.lower())(action.lower()) for text in patterns)
    return hit is not statement.action.negated


@lru_cache(maxsize=_MOST_TEXTS)
def _parsed(text: str, kind: PolicyKind) -> Policy:
    return parse_policy(PolicyDocument(PolicyRef(kind, ""), Source(text)))


def parsed(document: PolicyDocument) -> Policy:
    """The parsed policy; texts that many accounts share are read once."""
    return replace(_parsed(document.source.text, document.ref.kind), document=document)


class Ground:
    """A snapshot with what an audit found of it.

    Attributes:
        snapshot: what was collected.
        audit: who reaches what in it.
        standings: how each principal of the audit stands to each route.
        names: what sets of routes stand for.
    """

    def __init__(self, snapshot: Snapshot, audit: Audit) -> None:
        self.snapshot = snapshot
        self.audit = audit
        self.standings = Standings(audit)
        self.names = RouteNames(audit)
        self._made: dict[object, Any] = {}

    def reach(self, arn: str) -> Reach:
        """What a role or user of the audit reaches by itself or through roles."""
        position = self.standings.positions.get(arn)
        if position is None:
            return NOTHING
        return self._reach(best_of(self.standings.effective(position)))

    def own_reach(self, arn: str) -> Reach:
        """What a role or user of the audit reaches by its own permissions."""
        position = self.standings.positions.get(arn)
        return NOTHING if position is None else self._reach(best_of(self.standings.own[position]))

    def _reach(self, standing: Standing) -> Reach:
        models = self.names.models(standing.allowed)
        perhaps = tuple(sorted({*self.names.models(standing.unknown)} - {*models}))
        if models:
            return Reach(Verdict.ALLOW, models, perhaps)
        return Reach(Verdict.UNKNOWN, (), perhaps) if perhaps else NOTHING

    @cached_property
    def trusts(self) -> tuple[Trust, ...]:
        """Readable trust policies of all roles, by account and ARN."""
        return tuple(
            Trust(number, role, parsed(role.trust))
            for number, account in sorted(self.snapshot.accounts.items())
            for role in sorted(account.roles.values(), key=lambda entity: entity.arn)
            if isinstance(role.trust, PolicyDocument)
        )

    def once(self, make: Callable[[Ground], T]) -> T:
        """What several kinds make of this ground, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def unique_ids(self) -> frozenset[str]:
        """The unique ids of all roles and users that are held."""
        accounts = self.snapshot.accounts.values()
        return frozenset(
            entity.unique_id
            for account in accounts
            for entity in (*account.roles.values(), *account.users.values())
            if entity.unique_id
        )

    @cached_property
    def _classes(self) -> dict[int, list[AccessClass]]:
        found: dict[int, list[AccessClass]] = {}
        for entry in self.audit.classes:
            for position in entry.principals:
                found.setdefault(position, []).append(entry)
        return found

    def classes_of(self, position: int) -> tuple[AccessClass, ...]:
        """The classes of access that somebody belongs to."""
        return tuple(self._classes.get(position, ()))

    def is_own(self, account: str, of: str) -> bool | None:
        """Whether an account belongs together with another one; None when it cannot be told.

        The accounts that are held and the members of their organizations do. Without the list of
        members any other account may be one.

        Args:
            account: the account in question.
            of: the account that trusts it.
        """
        if account == of or account in self.snapshot.accounts:
            return True
        if self.snapshot.organization_of(account) is not None:
            return True
        home = self.snapshot.organization_of(of)
        return False if home is not None and home.members_complete else None
