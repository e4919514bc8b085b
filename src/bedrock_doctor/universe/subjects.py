"""Everybody who is known, as subjects of a matrix.

The roles and users of all accounts, further signers, and one role that stands for all other
accounts: once outside any organization, once in another one. What a session adds of its own (tags,
session policies, MFA) is not known of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.evaluate.matrix import Subject
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
from bedrock_doctor.model.source import Source
from bedrock_doctor.path import missing_evidence, organization_policies
from bedrock_doctor.path.context import caller_facts
from bedrock_doctor.path.network import network
from bedrock_doctor.path.signer import Mfa, Signer
from bedrock_doctor.universe.viewpoint import Viewpoint

ANYBODY = "000000000000"
"""Stands for every account that is not held."""
_ANY_ROLE = f"arn:aws:iam::{ANYBODY}:role/any"
_SIGNERS = (PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.SESSION)
_OTHER_ORGANIZATION = "o-0000000000"
_ALL = PolicyDocument(
    PolicyRef(PolicyKind.INLINE, "all", ANYBODY, holder=_ANY_ROLE),
    Source(json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})),
)


def accounts_of(view: Viewpoint, snapshot: Snapshot) -> tuple[str, ...]:
    """Accounts of principals: those held, those of further signers, and `ANYBODY`."""
    signers = (account for account, _ in view.signers)
    return (*sorted({*snapshot.accounts, *signers} - {""}), ANYBODY)


def subjects_of(
    account: str, view: Viewpoint, snapshot: Snapshot, *, service: str, endpoints: bool
) -> tuple[Subject, ...]:
    """The subjects of one account, by ARN.

    Args:
        account: 12 digits.
        view: from where they are looked at.
        snapshot: what was collected.
        service: endpoint service that they call, ``sts`` or ``bedrock-runtime``.
        endpoints: whether they call through the VPC endpoints of the viewpoint.
    """
    attempt = view.attempt(endpoints=endpoints)
    if account == ANYBODY:
        return tuple(outsiders(attempt))
    way = network(attempt, snapshot, service)
    scp = organization_policies.scps(snapshot, account)
    found = []
    for signer in _signers(account, view, snapshot):
        policies = Policies(
            identity=signer.identity, boundary=signer.boundary, scp=scp, endpoint=way.policy
        )
        facts = caller_facts(attempt, snapshot, signer, way)
        found.append(Subject(signer.principal, policies, facts.context({})))
    return tuple(found)


def _signers(account: str, view: Viewpoint, snapshot: Snapshot) -> Iterator[Signer]:
    held = snapshot.accounts.get(account, Account(account))
    seen = set()
    for entity in sorted((*held.roles.values(), *held.users.values()), key=lambda e: e.arn):
        seen.add(entity.arn)
        yield _signer(entity)
    for owner, arn in view.signers:
        principal = parse_principal(arn)
        name = principal.role_arn or arn
        if owner != account or name in seen or principal.kind not in _SIGNERS:
            continue
        if principal.kind is PrincipalKind.SESSION and principal.name in held.roles:
            continue
        seen.add(name)
        kind = "user" if principal.kind is PrincipalKind.USER else "role"
        missing = missing_evidence.iam_entity(snapshot, account, kind, principal.name)
        yield Signer(principal, missing, Mfa.UNKNOWN)


def _signer(entity: IamEntity) -> Signer:
    role_arn = entity.arn if ":role/" in entity.arn else ""
    principal = parse_principal(entity.arn, role_arn=role_arn, unique_id=entity.unique_id)
    return Signer(principal, entity, Mfa.UNKNOWN)


def outsiders(attempt: Attempt, arn: str = _ANY_ROLE) -> Iterator[Subject]:
    """Whoever allows everything to itself, without an organization and in another one.

    Args:
        attempt: how it calls.
        arn: its ARN; by default that of some role of an account that is not held.
    """
    account = parse_principal(arn).account
    alone = Missing(
        what="",
        call=missing_evidence.DESCRIBE_ORGANIZATION,
        account=account,
        code=missing_evidence.NOT_IN_USE,
    )
    snapshot = Snapshot(accounts={account: Account(account, missing=(alone,))})
    facts = caller_facts(attempt, snapshot, allowed_all(arn), network(attempt, snapshot, "sts"))
    none = NotApplicable("the account belongs to no organization that is held")
    subject = Subject(
        allowed_all(arn).principal, Policies(identity=(_ALL,), scp=none), facts.context({})
    )
    yield subject
    facts.tell("aws:PrincipalOrgID", _OTHER_ORGANIZATION)
    facts.tell("aws:PrincipalOrgPaths", (f"{_OTHER_ORGANIZATION}/r-0000/",))
    yield replace(subject, context=facts.context({}))


def allowed_all(arn: str) -> Signer:
    """A signer whose own policies allow everything."""
    return _signer(IamEntity(arn=arn, name=parse_principal(arn).name, policies=(_ALL,)))
