"""Adds policies that AWS's own evaluation shows to what was collected.

They say what is there, never that nothing else is: where a list of policies was not collected it
stays incomplete beside them. So they reveal further denials, and allow nothing that was unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.arn import Arn, parse_arn
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from bedrock_doctor.model.source import Source
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.organization_policies import RCP, SCP

_KINDS = {
    "IDENTITY_BASED_POLICY": PolicyKind.MANAGED,
    "PERMISSIONS_BOUNDARY": PolicyKind.BOUNDARY,
    "RESOURCE_BASED_POLICY": PolicyKind.TRUST,
    SCP: PolicyKind.SCP,
    RCP: PolicyKind.RCP,
}


def with_policies(snapshot: Snapshot, policies: Iterable[EvaluatedPolicy]) -> Snapshot:
    """The snapshot with every policy whose document is known and that it does not hold yet.

    Session policies and endpoint policies are part of the question, not of what is attached: they
    are left out.
    """
    for policy in policies:
        if policy.document is None or policy.type not in _KINDS:
            continue
        for holder in _arns(policy.attached_to):
            if holder.service == "organizations":
                snapshot = _attached_in_organization(snapshot, policy, holder)
            elif holder.service == "iam":
                snapshot = _attached_to_entity(snapshot, policy, holder)
    return snapshot


def _arns(texts: Iterable[str]) -> Iterator[Arn]:
    for text in texts:
        try:
            yield parse_arn(text)
        except BadArn:
            continue


def _document(policy: EvaluatedPolicy, holder: str, account: str) -> PolicyDocument:
    kind = PolicyKind.INLINE if policy.inline and policy.type[:2] == "ID" else _KINDS[policy.type]
    name = policy.uri.rpartition("/")[2] if kind is not PolicyKind.TRUST else "trust policy"
    arn = policy.uri if policy.uri.startswith("arn:") else ""
    text = json.dumps(policy.document, indent=2)
    return PolicyDocument(PolicyRef(kind, name, account, arn, holder), Source(text))


def _holds(documents: Iterable[Readable], added: PolicyDocument) -> bool:
    return any(
        isinstance(held, PolicyDocument)
        and (held.ref.arn or held.ref.name) in (added.ref.arn, added.ref.name)
        for held in documents
    )


def _attached_in_organization(snapshot: Snapshot, policy: EvaluatedPolicy, holder: Arn) -> Snapshot:
    target = holder.resource.rpartition("/")[2]
    org = _organization(snapshot, holder, target)
    held = org.scps if policy.type == SCP else org.rcps
    at_target = held.get(target)
    if at_target is None:
        at_target = (missing_evidence.attached_policies(org, target, policy.type),)
    added = _document(policy, target, holder.account)
    if _holds(at_target, added):
        return snapshot
    now: Mapping[str, tuple[Readable, ...]] = {**held, target: (*at_target, added)}
    changed = replace(org, scps=now) if policy.type == SCP else replace(org, rcps=now)
    others = tuple(other for other in snapshot.organizations if other.id != org.id)
    return replace(snapshot, organizations=(changed, *others))


def _organization(snapshot: Snapshot, holder: Arn, target: str) -> Organization:
    """The organization of a root, unit or account; a new one where nothing of it was collected."""
    name = holder.resource.split("/")[1]
    new = Organization(id=name, management_account=holder.account)
    org = next((org for org in snapshot.organizations if org.id == name), new)
    if target.isdecimal() and not org.is_member(target):
        return replace(org, members={**org.members, target: ""})
    return org


def _attached_to_entity(snapshot: Snapshot, policy: EvaluatedPolicy, holder: Arn) -> Snapshot:
    kind, _, name = holder.resource.partition("/")
    name = name.rpartition("/")[2]
    if kind not in ("role", "user"):
        return snapshot
    account = snapshot.accounts.get(holder.account, Account(holder.account))
    entities = account.roles if kind == "role" else account.users
    entity = entities.get(name) or _unread(snapshot, holder, kind, name)
    changed = _grown(entity, policy, _document(policy, str(holder), holder.account))
    if changed is entity:
        return snapshot
    now = {**entities, name: changed}
    grown = replace(account, roles=now) if kind == "role" else replace(account, users=now)
    return replace(snapshot, accounts={**snapshot.accounts, holder.account: grown})


def _unread(snapshot: Snapshot, arn: Arn, kind: str, name: str) -> IamEntity:
    missing = missing_evidence.iam_entity(snapshot, arn.account, kind, name)
    trust = missing if kind == "role" else None
    return IamEntity(str(arn), name, policies=(missing,), boundary=missing, trust=trust)


def _grown(entity: IamEntity, policy: EvaluatedPolicy, added: PolicyDocument) -> IamEntity:
    if policy.type == "PERMISSIONS_BOUNDARY":
        return replace(entity, boundary=added) if isinstance(entity.boundary, Missing) else entity
    if policy.type == "RESOURCE_BASED_POLICY":
        return replace(entity, trust=added) if isinstance(entity.trust, Missing) else entity
    if _holds(entity.policies, added):
        return entity
    return replace(entity, policies=(*entity.policies, added))
