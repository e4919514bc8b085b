"""Roles as others see them: whom a trust policy names, before any policy is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bedrock_doctor.audit.malformed import is_malformed
from bedrock_doctor.audit.stand_in import STAND_IN, is_displayed
from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.matrix import Target
from bedrock_doctor.evaluate.policy_set import compile_document
from bedrock_doctor.evaluate.tristate import NO
from bedrock_doctor.model.arn import is_account_id, parse_arn
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.request import Context, Readable
from bedrock_doctor.model.snapshot import IamEntity, Snapshot
from bedrock_doctor.model.source import Source
from bedrock_doctor.path import organization_policies
from bedrock_doctor.path.organization_policies import Levels
from bedrock_doctor.universe.targets import role_context, tagged_role
from bedrock_doctor.universe.viewpoint import Viewpoint

ROOT = "root"


@dataclass(frozen=True, slots=True)
class Named:
    """What the Allow statements of a trust policy name, and for which actions they stand.

    Attributes:
        anybody: whether they may name whoever asks.
        principals: account, and ``root``, an ARN or a unique id, as written. The account of a
            unique id is empty.
        services: names of AWS services.
        providers: ARNs and hosts of identity providers.
        conditional: whether any statement has a condition.
    """

    anybody: bool = False
    principals: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    conditional: bool = False

    def accounts(self, by_id: Mapping[str, str]) -> frozenset[str] | None:
        """Accounts whose principals may be trusted; None: of any account.

        Args:
            by_id: unique ids of roles and users, each with its account.
        """
        if self.anybody:
            return None
        found = {account or by_id.get(value, "") for account, value in self.principals}
        return frozenset(found - {""})

    def put(self, old: str, new: str) -> Named:
        """The same with one account id in place of another."""
        return Named(
            self.anybody,
            tuple((a.replace(old, new), value.replace(old, new)) for a, value in self.principals),
            self.services,
            tuple(provider.replace(old, new) for provider in self.providers),
            self.conditional,
        )


_UNREADABLE = Named(anybody=True)
"""What was not collected or is malformed may name anybody."""


def named_by(trust: Readable | None, account: str) -> Named:
    """Whom a trust policy of an account's role may name; never too few."""
    if trust is None:
        return Named()
    if not isinstance(trust, PolicyDocument):
        return _UNREADABLE
    if STAND_IN in trust.source.text:
        return _named(without_place(trust))
    # trust policies that differ in the account alone are read once
    found = _named(without_place(trust, account, STAND_IN))
    return found.put(STAND_IN, account) if account in trust.source.text else found


@lru_cache(maxsize=16384)
def _named(trust: PolicyDocument) -> Named:
    policy, statements = compile_document(trust, NO)
    if policy.problems:
        return _UNREADABLE
    anybody = False
    principals: dict[tuple[str, str], None] = {}
    others: dict[str, dict[str, None]] = {"Service": {}, "Federated": {}}
    for statement in statements:
        element = None if statement.principals is None else statement.principals.element
        if statement.denies or element is None:
            continue
        anybody |= element.negated
        for entry in element.values:
            value = entry.text.value
            if entry.type == "*" or (entry.type == "AWS" and value == "*"):
                anybody = True
            elif entry.type == "AWS":
                principals[_principal(value)] = None
            elif entry.type in others:
                others[entry.type][value] = None
    conditional = any(statement.conditions for statement in statements)
    services, providers = tuple(others["Service"]), tuple(others["Federated"])
    return Named(anybody, tuple(principals), services, providers, conditional)


def _principal(value: str) -> tuple[str, str]:
    if is_account_id(value):
        return value, ROOT
    try:
        arn = parse_arn(value)
    except BadArn:
        return "", value
    return arn.account, ROOT if arn.resource == ROOT else value


def without_place(trust: PolicyDocument, old: str = "", new: str = "") -> PolicyDocument:
    """A trust policy without whose it is, so that equal ones are one.

    Args:
        trust: the policy.
        old: an account id to write another one for; empty: none.
        new: the other one.
    """
    text = trust.source.text.replace(old, new) if old else trust.source.text
    path = "aws" if is_displayed(trust) else None
    return PolicyDocument(PolicyRef(trust.ref.kind, "of the role"), Source(text, path=path))


@dataclass(frozen=True, slots=True)
class Door:
    """A role, to assume it.

    Attributes:
        target: the role, with its trust policy and the RCPs that bind it.
        named: whom it names.
    """

    target: Target
    named: Named

    @property
    def account(self) -> str:
        """Account of the role."""
        return self.target.account or ""


class Doors:
    """Makes the doors of a snapshot's roles.

    Args:
        snapshot: what holds the accounts.
        view: from where the roles are assumed.
    """

    def __init__(self, snapshot: Snapshot, view: Viewpoint) -> None:
        self._snapshot, self._view = snapshot, view
        self._documents: dict[PolicyDocument, PolicyDocument] = {}
        self._accounts: dict[str, tuple[Context, Levels]] = {}

    def of(self, role: IamEntity, account: str) -> Door:
        """A role as others see it."""
        known = self._accounts.get(account)
        if known is None:
            known = self._accounts[account] = (
                role_context(self._snapshot, account, self._view.region),
                organization_policies.rcps(self._snapshot, account, "sts"),
            )
        context, rcp = known
        trust = role.trust
        # what would settle an answer about a malformed one says whose it is
        if isinstance(trust, PolicyDocument) and not is_malformed(trust):
            found = without_place(trust)
            trust = self._documents.setdefault(found, found)
        target = Target(role.arn, account, tagged_role(context, role.tags), trust, rcp)
        return Door(target, named_by(trust, account))


def roles_of(snapshot: Snapshot) -> Iterator[tuple[str, IamEntity]]:
    """All roles that are held, with their accounts: by account and ARN."""
    for number, account in sorted(snapshot.accounts.items()):
        for role in sorted(account.roles.values(), key=lambda role: role.arn):
            yield number, role
