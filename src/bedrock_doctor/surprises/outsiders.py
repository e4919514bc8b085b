"""Principals of other accounts that a trust policy names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.policy import PrincipalValue, Statement
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.surprises.asked import asked_of
from bedrock_doctor.surprises.ground import Ground, Trust, everybody
from bedrock_doctor.surprises.people import people, under_every_id
from bedrock_doctor.surprises.stand_ins import callers, of_account, wanted_values
from bedrock_doctor.surprises.strangers import Stranger, of_another_account

_CALLERS = (PrincipalKind.ROLE, PrincipalKind.USER, PrincipalKind.SESSION)


@dataclass(frozen=True, slots=True)
class Outsider:
    """A text in a trust policy that names another account, or somebody in it.

    Attributes:
        trust: the trust policy.
        statement: the Allow.
        value: the entry, or the value of a condition on everybody.
        account: the account that it names.
        principal: who may come: the one named, or a role that stands for all of the account.
        whole: whether all of that account is named.
        certain: False where the account may belong to the organization after all.
    """

    trust: Trust
    statement: Statement
    value: PrincipalValue
    account: str
    principal: Principal
    whole: bool
    certain: bool

    @property
    def unsure(self) -> tuple[str, ...]:
        """What is not known of the account."""
        if self.certain:
            return ()
        return (
            f"whether account {self.account} belongs to the organization: its member list was not "
            "collected, and the snapshot does not hold the account (aws organizations "
            "list-accounts)",
        )


def outsiders(ground: Ground) -> tuple[Outsider, ...]:
    """Every entry that names an account outside, once each, by role and position."""
    return tuple(_outsiders(ground))


def _outsiders(ground: Ground) -> Iterator[Outsider]:
    for trust in ground.trusts:
        for statement, value in (*trust.named(), *_by_condition(trust)):
            named = _principal(value)
            if named is None or not named.account:
                continue
            own = ground.is_own(named.account, trust.account)
            if own is not True:
                yield Outsider(
                    trust,
                    statement,
                    value,
                    named.account,
                    _stand_in(named),
                    _is_root(named),
                    own is False,
                )


def _by_condition(trust: Trust) -> Iterator[tuple[Statement, PrincipalValue]]:
    """Accounts and principals that conditions name where everybody is trusted."""
    for statement in trust.policy.statements:
        if everybody(statement):
            for key in ("aws:principalaccount", "aws:principalarn"):
                for text in wanted_values(statement, key):
                    yield statement, PrincipalValue("AWS", text)


def _principal(value: PrincipalValue) -> Principal | None:
    if value.type != "AWS":
        return None
    try:
        named = parse_principal(value.text.value)
    except BadArn:
        return None
    return named if named.kind in (PrincipalKind.ROOT, *_CALLERS) else None


def _is_root(named: Principal) -> bool:
    return named.kind is PrincipalKind.ROOT


def _stand_in(named: Principal) -> Principal:
    """Who is named, or a role that stands for all of its account."""
    if not _is_root(named):
        return named
    return parse_principal(f"arn:{named.partition}:iam::{named.account}:role/any")


def people_of(ground: Ground, found: Outsider) -> Iterator[Stranger]:
    """Who is meant; where that is a whole account, some of its people under what policies ask."""
    asked = asked_of(ground, found.trust)
    every: Iterable[Principal] = (found.principal,)
    if found.whole:
        named = callers(of_account(found.statement, found.account))
        every = (*people(asked, found.principal.partition, found.account), *named)
    for principal in every:
        one = Stranger(principal, "sts:AssumeRole", of_another_account(principal))
        yield from under_every_id(ground, asked, one)
