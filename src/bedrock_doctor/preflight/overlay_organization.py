"""Service and resource control policies as they will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Organization, Snapshot
from bedrock_doctor.preflight.declarations import AttachOrganizationPolicy, SetOrganizationPolicy

Attached = Mapping[str, tuple[Readable, ...]]
_SCP, _RCP = PolicyKind.SCP, PolicyKind.RCP


def with_organization_policies(
    snapshot: Snapshot, operations: Sequence[SetOrganizationPolicy | AttachOrganizationPolicy]
) -> Snapshot:
    """The snapshot with its organizations' policies changed.

    An attachment belongs to the organization that knows its target; where a snapshot knows one
    organization, to that one.
    """
    if not operations:
        return snapshot
    contents = {o.id: o for o in operations if isinstance(o, SetOrganizationPolicy)}
    attachments = [o for o in operations if isinstance(o, AttachOrganizationPolicy)]
    organizations = tuple(
        _changed(organization, contents, attachments, len(snapshot.organizations) == 1)
        for organization in snapshot.organizations
    )
    return replace(snapshot, organizations=organizations)


def _changed(
    organization: Organization,
    contents: Mapping[str, SetOrganizationPolicy],
    attachments: Sequence[AttachOrganizationPolicy],
    alone: bool,
) -> Organization:
    held: dict[PolicyKind, dict[str, tuple[Readable, ...]]] = {
        _SCP: dict(organization.scps),
        _RCP: dict(organization.rcps),
    }
    known = {
        policy.ref.name: (kind, policy)
        for kind, attached in held.items()
        for policies in attached.values()
        for policy in policies
        if isinstance(policy, PolicyDocument)
    }
    for attached in held.values():
        for target, policies in attached.items():
            attached[target] = tuple(p for policy in policies for p in _renewed(policy, contents))
    for entry in attachments:
        if not (alone or _knows(organization, entry.target)):
            continue
        content = contents.get(entry.id)
        kind = content.kind if content else entry.kind
        if kind is None:
            kind = known[entry.id][0] if entry.id in known else _SCP
        left = [p for p in held[kind].get(entry.target, ()) if not _is(p, entry.id)]
        if entry.target not in held[kind]:
            left.append(_uncollected(entry.target, kind, organization.management_account))
        if entry.attached:
            document = content.document if content else None
            if document is None and entry.id in known:
                document = known[entry.id][1]
            left.append(_attached(document, entry, kind, organization.management_account))
        held[kind][entry.target] = tuple(left)
    return replace(organization, scps=held[_SCP], rcps=held[_RCP])


def _renewed(
    policy: Readable, contents: Mapping[str, SetOrganizationPolicy]
) -> tuple[Readable, ...]:
    if not isinstance(policy, PolicyDocument) or policy.ref.name not in contents:
        return (policy,)
    document = contents[policy.ref.name].document
    if isinstance(document, PolicyDocument):
        return (replace(policy, source=document.source),)
    return (document,) if document is not None else ()


def _attached(
    document: Readable | None, entry: AttachOrganizationPolicy, kind: PolicyKind, owner: str
) -> Readable:
    if isinstance(document, PolicyDocument):
        title = document.ref.title
        ref = PolicyRef(kind, entry.id, owner, document.ref.arn, entry.target, title)
        return replace(document, ref=ref)
    return document or Missing(
        f"content of organization policy `{entry.id}`",
        "organizations:DescribePolicy",
        owner,
        command=f"aws organizations describe-policy --policy-id {entry.id}",
        path=f"organization/describe-policy/{entry.id}.json",
    )


def _knows(organization: Organization, target: str) -> bool:
    return (
        target in organization.parents
        or target in organization.members
        or target in organization.parents.values()
        or target in organization.names
    )


def _is(policy: Readable, id: str) -> bool:
    return isinstance(policy, PolicyDocument) and policy.ref.name == id


def _uncollected(target: str, kind: PolicyKind, owner: str) -> Missing:
    short, type_ = ("SCPs", "SERVICE_CONTROL_POLICY")
    if kind is _RCP:
        short, type_ = ("RCPs", "RESOURCE_CONTROL_POLICY")
    command = f"aws organizations list-policies-for-target --target-id {target} --filter {type_}"
    return Missing(
        f"other {short} attached to {target}",
        "organizations:ListPoliciesForTarget",
        owner,
        command=command,
        path=f"organization/list-policies-for-target/{target}/{type_}.json",
    )
