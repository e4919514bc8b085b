"""One account with one role, in an organization, and an audit that says what the role reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bedrock_doctor.model.audit import (
    Access,
    AccessClass,
    Audit,
    AuditedAccount,
    AuditedPrincipal,
    PrincipalType,
    Route,
    TrustEdge,
)
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.surprises.registry import surprises_of

HOME, SISTER, MANAGEMENT, VENDOR = "444455556666", "111122223333", "999900001111", "777788889999"
ORGANIZATION = "o-k4m8q2z7ax"
ROLE = f"arn:aws:iam::{HOME}:role/gateway"
ROUTES = (
    Route("amazon.nova-lite-v1:0", "eu-central-1", destinations=("eu-central-1",)),
    Route("amazon.nova-pro-v1:0", "eu-central-1", destinations=("eu-central-1",)),
    Route(
        "amazon.nova-lite-v1:0",
        "eu-central-1",
        "eu.amazon.nova-lite-v1:0",
        ("eu-central-1", "eu-west-1"),
    ),
)
ALL = 0b111


def document(
    statements: Any, name: str, kind: PolicyKind, account: str = HOME, holder: str = ROLE
) -> PolicyDocument:
    """A policy as text over several lines."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    arn = f"arn:aws:iam::{account}:policy/{name}" if kind is PolicyKind.MANAGED else ""
    return PolicyDocument(PolicyRef(kind, name, account, arn, holder), Source(text))


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    """One statement; elements by their names in policies."""
    return {"Effect": effect, **elements}


def role(arn: str = ROLE, trust: Any = None, policies: Iterable[Any] = ()) -> IamEntity:
    """A role with a trust policy (its statements) and inline policies (theirs)."""
    return IamEntity(
        arn,
        arn.rpartition("/")[2],
        policies=tuple(
            document(one, f"p{n}", PolicyKind.INLINE, holder=arn) for n, one in enumerate(policies)
        ),
        trust=document(trust or [], "trust", PolicyKind.TRUST, holder=arn),
        tags={},
    )


def organization(*, members: bool = True, rcp: Any = None) -> Organization:
    """HOME and SISTER under one root; with or without the list of members."""
    full = (document([statement(Action="*", Resource="*")], "FullAWSAccess", PolicyKind.SCP),)
    attached = (document(rcp, "rcp", PolicyKind.RCP, MANAGEMENT, "r-ab12"),) if rcp else ()
    accounts = (HOME, SISTER, MANAGEMENT)
    return Organization(
        id=ORGANIZATION,
        management_account=MANAGEMENT,
        feature_set="ALL",
        policy_types=frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}),
        members=dict.fromkeys(accounts, "") if members else {},
        members_complete=members,
        parents=dict.fromkeys(accounts, "r-ab12"),
        scps=dict.fromkeys(("r-ab12", *accounts), full),
        rcps={"r-ab12": attached} | dict.fromkeys(accounts, ()),
    )


def snapshot(
    *roles: IamEntity, org: Organization | None = None, users: Iterable[IamEntity] = ()
) -> Snapshot:
    """HOME with these roles; everything about its IAM is known."""
    home = Account(
        HOME,
        roles={entity.name: entity for entity in roles},
        users={entity.name: entity for entity in users},
        iam_complete=True,
    )
    return Snapshot(accounts={HOME: home}, organizations=(org or organization(),))


def audit(
    held: Snapshot,
    access: Mapping[str, Access] | Access = Access.ALLOWED,
    *,
    routes: int = 0b011,
    edges: Iterable[tuple[str, str]] = (),
    blocked_by: tuple[PolicyLayer, ...] = (),
    blocked_regions: tuple[str, ...] = (),
) -> Audit:
    """All roles and users of HOME reach some routes in one way; the other routes are blocked."""
    home = held.accounts[HOME]
    arns = sorted(entity.arn for entity in (*home.roles.values(), *home.users.values()))
    sources = sorted({source for source, _ in edges} - {*arns})
    kinds = [
        *(PrincipalType.USER if ":user/" in arn else PrincipalType.ROLE for arn in arns),
        *(PrincipalType.FOREIGN for _ in sources),
    ]
    names = [*arns, *sources]
    classes = []
    for position, arn in enumerate(arns):
        given = access if isinstance(access, Access) else access.get(arn, Access.BLOCKED)
        here = (HOME, (position,), "bedrock:InvokeModel")
        classes.append(AccessClass(*here, routes, given, blocked_by, blocked_regions))
        classes.append(AccessClass(*here, ALL & ~routes, Access.BLOCKED, (PolicyLayer.IDENTITY,)))
    return Audit(
        accounts=(AuditedAccount(HOME, "platform", MANAGEMENT),),
        principals=tuple(
            AuditedPrincipal(arn, arn.split(":")[4], kind)
            for arn, kind in zip(names, kinds, strict=True)
        ),
        routes=ROUTES,
        actions=("bedrock:InvokeModel",),
        classes=tuple(entry for entry in classes if entry.routes),
        edges=tuple(
            TrustEdge(names.index(source), names.index(target), Access.ALLOWED)
            for source, target in edges
        ),
        depth=3,
    )


def surprises(held: Snapshot, found: Audit | None = None, kind: str = "") -> tuple[Surprise, ...]:
    """The surprises of one kind."""
    told = surprises_of(held, found or audit(held))
    return tuple(entry for entry in told if entry.kind == kind)
