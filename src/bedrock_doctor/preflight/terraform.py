"""Terraform plans: what they do to roles, policies, organizations and endpoints.

Types and attributes: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.source import Declared, Source
from bedrock_doctor.preflight.declarations import (
    Attach,
    AttachOrganizationPolicy,
    Deployment,
    EntityKind,
    Holder,
    KeepOnly,
    Operation,
    PutEndpoint,
    PutEntity,
    RemoveEntity,
    SetEndpointPolicy,
    SetInline,
    SetManaged,
    SetOrganizationPolicy,
    Touch,
    TouchUsers,
)
from bedrock_doctor.preflight.terraform_document import (
    PlanDocument,
    PlannedChange,
    account_in,
    read_plan_document,
)

_FAMILIES = ("aws_iam_", "aws_organizations_", "aws_vpc_endpoint", "aws_bedrock", "aws_ssoadmin_")
"""Types of which those that are not read are named in the notes."""
_DEFAULT_ENDPOINT_POLICY = (
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
)
_ORGANIZATION_KINDS = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RCP,
}


def read_plan(
    data: bytes, path: str, account: str | None = None, partition: str = "aws"
) -> Deployment:
    """Reads the output of ``terraform show -json PLANFILE``.

    Args:
        data: its bytes.
        path: its name.
        account: the account of resources of which the plan does not tell it.
        partition: the one that new ARNs stand in.

    Raises:
        BadInput: it is no plan, or nothing tells the account of a resource that matters.
    """
    try:
        return _Plan(read_plan_document(data, path, account), partition).deployment()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as defect:
        raise BadInput(
            f"is not what Terraform writes: {type(defect).__name__}",
            path=path,
            line=1,
            help="expected the output of `terraform show -json PLANFILE`, unchanged",
        ) from defect


class _Plan:
    def __init__(self, document: PlanDocument, partition: str) -> None:
        self.document = document
        self.partition = partition
        self.notes: list[str] = []
        self.arns: dict[Holder, str] | None = None
        self.readers: Mapping[str, Callable[[PlannedChange], Iterator[Operation]]] = {
            "aws_iam_role": self._role,
            "aws_iam_user": self._user,
            "aws_iam_policy": self._managed,
            "aws_iam_role_policy": self._inline,
            "aws_iam_user_policy": self._inline,
            "aws_iam_role_policy_attachment": self._attachment,
            "aws_iam_user_policy_attachment": self._attachment,
            "aws_iam_policy_attachment": self._attachments,
            "aws_iam_role_policies_exclusive": self._exclusive,
            "aws_iam_role_policy_attachments_exclusive": self._exclusive,
            "aws_iam_group": self._group,
            "aws_iam_group_membership": self._group,
            "aws_iam_group_policy": self._group,
            "aws_iam_group_policy_attachment": self._group,
            "aws_iam_user_group_membership": self._group,
            "aws_organizations_policy": self._organization_policy,
            "aws_organizations_policy_attachment": self._organization_attachment,
            "aws_vpc_endpoint": self._endpoint,
            "aws_vpc_endpoint_policy": self._endpoint_policy,
        }

    def deployment(self) -> Deployment:
        """All that the plan does."""
        operations: list[Operation] = []
        for change in self.document.changes:
            if not change.changes:
                continue
            reader = self.readers.get(change.type)
            if reader is not None:
                operations += reader(change)
            elif change.type.startswith(_FAMILIES):
                self.notes.append(f"{change.address} is not considered")
        if deferred := self.document.tree.get("deferred_changes"):
            self.notes.append(f"{len(deferred)} deferred changes are not considered")
        notes = tuple(dict.fromkeys(self.notes))
        return Deployment(self.document.path, tuple(operations), notes)

    def _role(self, change: PlannedChange) -> Iterator[Operation]:
        yield from self._entity(change, EntityKind.ROLE)
        if not change.after:
            return
        holder = self._holder_of(change, change.after)
        if holder is None:
            return
        yield from self._inline_blocks(change, holder)
        yield from self._managed_arns(change, holder)

    def _inline_blocks(self, change: PlannedChange, holder: Holder) -> Iterator[Operation]:
        """``inline_policy`` is exclusive where it is given; else it repeats what is known."""
        if not self.document.states(change, "inline_policy"):
            return
        blocks = change.after.get("inline_policy") or []
        names = frozenset(str(block.get("name")) for block in blocks)
        if change.unknown.get("inline_policy") is True:
            yield Touch(holder, _missing(f"inline policies of {change.address}", holder.account))
            return
        yield KeepOnly(holder, inline=names)
        for number, block in enumerate(blocks):
            name = block.get("name")
            if isinstance(name, str):
                pointer = f"inline_policy/{number}/policy"
                unknown = _at(change.unknown, "inline_policy", number, "policy")
                ref = PolicyRef(PolicyKind.INLINE, name, holder.account, "", self._arn(change))
                yield SetInline(
                    holder, name, self._document(change, ref, block.get("policy"), unknown, pointer)
                )

    def _managed_arns(self, change: PlannedChange, holder: Holder) -> Iterator[Operation]:
        """``managed_policy_arns`` is exclusive where it is given."""
        if not self.document.states(change, "managed_policy_arns"):
            return
        unknown = change.unknown.get("managed_policy_arns")
        arns = [arn for arn in change.after.get("managed_policy_arns") or [] if arn]
        if unknown is True or (isinstance(unknown, list) and any(unknown)):
            target = self.document.referred(change, "managed_policy_arns")
            if target is None:
                what = f"managed policies of {change.address} (known after apply)"
                yield Touch(holder, _missing(what, holder.account))
                return
            arns.append(self._policy_arn(target))
        yield KeepOnly(holder, attached=frozenset(arns))
        yield from (Attach(holder, arn, attached=True) for arn in arns)

    def _user(self, change: PlannedChange) -> Iterator[Operation]:
        return self._entity(change, EntityKind.USER)

    def _entity(self, change: PlannedChange, kind: EntityKind) -> Iterator[Operation]:
        before = self._holder_of(change, change.before)
        if before is not None and ("delete" in change.actions):
            yield RemoveEntity(before)
            if change.fresh:
                yield from self._survivors(change, before)
        if not change.after:
            return
        after = self._holder_of(change, change.after)
        if after is None:
            return
        trust = None
        if kind is EntityKind.ROLE:
            ref = PolicyRef(PolicyKind.TRUST, after.name, after.account, "", self._arn(change))
            trust = self._document(
                change,
                ref,
                change.after.get("assume_role_policy"),
                change.unknown.get("assume_role_policy"),
                "assume_role_policy",
            )
        duration = change.after.get("max_session_duration")
        tags = change.after.get("tags_all", change.after.get("tags"))
        known = isinstance(tags, dict) and change.unknown.get("tags_all") is not True
        yield PutEntity(
            after,
            self._arn(change),
            change.fresh,
            trust,
            self._boundary(change, after.account),
            {key: str(value) for key, value in tags.items()} if known else None,
            duration if isinstance(duration, int) else None,
        )

    def _survivors(self, change: PlannedChange, holder: Holder) -> Iterator[Operation]:
        """A replaced role loses what the plan leaves attached to it, or cannot be deleted."""
        for other in self.document.changes:
            if other.changes or other.after.get(holder.kind.value) != holder.name:
                continue
            if other.type.startswith(f"aws_iam_{holder.kind.value}_policy"):
                what = f"whether {other.address} outlives the replacement of {change.address}"
                yield Touch(holder, _missing(what, holder.account))

    def _boundary(self, change: PlannedChange, account: str) -> str | Missing | None:
        if change.unknown.get("permissions_boundary"):
            target = self.document.referred(change, "permissions_boundary")
            if target is not None and target.type == "aws_iam_policy":
                return self._policy_arn(target)
            what = f"permissions boundary of {change.address} (known after apply)"
            return _missing(what, account)
        arn = change.after.get("permissions_boundary")
        return arn if isinstance(arn, str) and arn else None

    def _managed(self, change: PlannedChange) -> Iterator[Operation]:
        if "delete" in change.actions and isinstance(arn := change.before.get("arn"), str):
            yield SetManaged(arn, None)
        if change.after:
            arn = self._policy_arn(change)
            name = arn.rpartition("/")[2]
            ref = PolicyRef(PolicyKind.MANAGED, name, account_in(arn), arn)
            policy, unknown = change.after.get("policy"), change.unknown.get("policy")
            yield SetManaged(arn, self._document(change, ref, policy, unknown, "policy"))

    def _inline(self, change: PlannedChange) -> Iterator[Operation]:
        before = self._attached_to(change, change.before)
        name = change.before.get("name")
        gone = not change.after or "delete" in change.actions
        if before and gone and isinstance(name, str):
            yield SetInline(before, name, None)
        if not change.after:
            return
        holder = self._attached_to(change, change.after)
        if holder is None:
            return
        name = change.after.get("name")
        name = name if isinstance(name, str) else change.address
        ref = PolicyRef(PolicyKind.INLINE, name, holder.account, "", self._holder_arn(holder))
        policy, unknown = change.after.get("policy"), change.unknown.get("policy")
        yield SetInline(holder, name, self._document(change, ref, policy, unknown, "policy"))

    def _attachment(self, change: PlannedChange) -> Iterator[Operation]:
        before = self._attached_to(change, change.before)
        if before and isinstance(arn := change.before.get("policy_arn"), str):
            yield Attach(before, arn, attached=False)
        holder = self._attached_to(change, change.after) if change.after else None
        if holder is not None:
            yield Attach(holder, self._attached_arn(change, holder.account), attached=True)

    def _attachments(self, change: PlannedChange) -> Iterator[Operation]:
        arns = (change.before.get("policy_arn"), change.after.get("policy_arn"))
        account = self.document.account_of(change, *arns)
        for kind in EntityKind:
            key = f"{kind.value}s"
            for name in change.before.get(key) or []:
                if isinstance(arn := change.before.get("policy_arn"), str):
                    yield Attach(Holder(kind, account, name), arn, attached=False)
            for name in change.after.get(key) or []:
                if isinstance(name, str):
                    arn = self._attached_arn(change, account)
                    yield Attach(Holder(kind, account, name), arn, attached=True)

    def _exclusive(self, change: PlannedChange) -> Iterator[Operation]:
        name = change.after.get("role_name")
        if not isinstance(name, str):
            return
        holder = Holder(EntityKind.ROLE, self.document.account_of(change), name)
        key = "policy_names" if change.type.endswith("policies_exclusive") else "policy_arns"
        unknown = change.unknown.get(key)
        if unknown is True or (isinstance(unknown, list) and any(unknown)):
            what = f"{key} of {change.address} (known after apply)"
            yield Touch(holder, _missing(what, holder.account))
            return
        kept = frozenset(change.after.get(key) or [])
        yield (
            KeepOnly(holder, inline=kept)
            if key == "policy_names"
            else KeepOnly(holder, attached=kept)
        )

    def _group(self, change: PlannedChange) -> Iterator[Operation]:
        """Groups are not followed: what users get of them is not known."""
        account = self.document.account_of(change)
        what = f"what {change.address} changes of the policies of users of account {account}"
        yield TouchUsers(account, _missing(what, account))

    def _organization_policy(self, change: PlannedChange) -> Iterator[Operation]:
        values = change.after or change.before
        kind = _ORGANIZATION_KINDS.get(str(values.get("type", "SERVICE_CONTROL_POLICY")))
        if kind is None:
            return
        if "delete" in change.actions and isinstance(old := change.before.get("id"), str):
            yield SetOrganizationPolicy(old, kind, "", None)
        if change.after:
            name = str(values.get("name", ""))
            policy = self._organization_policy_id(change)
            ref = PolicyRef(kind, policy, title=name)
            content, unknown = change.after.get("content"), change.unknown.get("content")
            document = self._document(change, ref, content, unknown, "content")
            yield SetOrganizationPolicy(policy, kind, name, document)

    def _organization_attachment(self, change: PlannedChange) -> Iterator[Operation]:
        before = change.before
        if isinstance(before.get("policy_id"), str) and isinstance(before.get("target_id"), str):
            yield AttachOrganizationPolicy(
                before["policy_id"], None, before["target_id"], attached=False
            )
        policy, target = change.after.get("policy_id"), change.after.get("target_id")
        if change.after and not isinstance(policy, str):
            made = self.document.referred(change, "policy_id")
            if made is not None and made.type == "aws_organizations_policy":
                policy = self._organization_policy_id(made)
        if isinstance(policy, str) and isinstance(target, str):
            yield AttachOrganizationPolicy(policy, None, target, attached=True)
        elif change.after:
            self.notes.append(f"{change.address} does not tell what it attaches, or where")

    def _organization_policy_id(self, change: PlannedChange) -> str:
        """Its id; of one that does not exist yet, its address."""
        known = change.after.get("id") if not change.fresh else None
        return known if isinstance(known, str) else change.address

    def _endpoint(self, change: PlannedChange) -> Iterator[Operation]:
        if "delete" in change.actions and isinstance(old := change.before.get("id"), str):
            yield SetEndpointPolicy(old, None)
        service = change.after.get("service_name")
        if not change.after or not isinstance(service, str):
            return
        known = change.after.get("id")
        name = known if isinstance(known, str) and not change.fresh else change.address
        account = self.document.account_of(change)
        parts = service.split(".")
        region = change.after.get("region") or (parts[2] if len(parts) > 3 else "")
        ref = PolicyRef(PolicyKind.ENDPOINT, name, account, "", name)
        policy, unknown = change.after.get("policy"), change.unknown.get("policy")
        if not policy and self.document.states(change, "policy") is False:
            # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
            policy, unknown = _DEFAULT_ENDPOINT_POLICY, None
        document = self._document(change, ref, policy, unknown, "policy")
        vpc = change.after.get("vpc_id")
        yield PutEndpoint(
            name, account, str(region), service, vpc if isinstance(vpc, str) else "", document
        )

    def _endpoint_policy(self, change: PlannedChange) -> Iterator[Operation]:
        name = change.after.get("vpc_endpoint_id")
        if change.after and not isinstance(name, str):
            target = self.document.referred(change, "vpc_endpoint_id")
            name = target.address if target is not None else None
        if not isinstance(name, str):
            return
        ref = PolicyRef(PolicyKind.ENDPOINT, name, self.document.account_of(change), "", name)
        policy, unknown = change.after.get("policy"), change.unknown.get("policy")
        yield SetEndpointPolicy(name, self._document(change, ref, policy, unknown, "policy"))

    def _holder_of(self, change: PlannedChange, values: Mapping[str, Any]) -> Holder | None:
        """The role or user that a resource is; None where its name is not known before."""
        name = values.get("name")
        if not isinstance(name, str):
            if values:
                self.notes.append(f"{change.address} has no name before it is applied")
            return None
        kind = EntityKind.ROLE if change.type == "aws_iam_role" else EntityKind.USER
        return Holder(kind, self.document.account_of(change), name)

    def _attached_to(self, change: PlannedChange, values: Mapping[str, Any]) -> Holder | None:
        """The role or user that a policy is attached to."""
        if not values:
            return None
        kind = EntityKind.ROLE if change.type.startswith("aws_iam_role_") else EntityKind.USER
        name = values.get(kind.value)
        target = self.document.referred(change, kind.value)
        if target is not None and target.type == f"aws_iam_{kind.value}":
            own = self._holder_of(target, target.after or target.before)
            if own is not None and name in (None, own.name):
                return own
        if not isinstance(name, str):
            self.notes.append(f"{change.address} does not tell what it is attached to")
            return None
        return Holder(kind, self.document.account_of(change), name)

    def _holder_arn(self, holder: Holder) -> str:
        """ARN of a role or user that the plan has; else empty."""
        if self.arns is None:
            self.arns = {}
            for change in self.document.changes:
                if change.after and change.type in ("aws_iam_role", "aws_iam_user"):
                    own = self._holder_of(change, change.after)
                    if own is not None:
                        self.arns[own] = self._arn(change)
        return self.arns.get(holder, "")

    def _attached_arn(self, change: PlannedChange, account: str) -> str | Missing:
        arn = change.after.get("policy_arn")
        if isinstance(arn, str):
            return arn
        target = self.document.referred(change, "policy_arn")
        if target is not None and target.type == "aws_iam_policy":
            return self._policy_arn(target)
        return _missing(f"the policy that {change.address} attaches (known after apply)", account)

    def _arn(self, change: PlannedChange) -> str:
        """ARN of a role or user: known, or made of account, path and name."""
        known = change.after.get("arn")
        if isinstance(known, str) and not change.fresh:
            return known
        return self._made_arn(change, "role" if change.type == "aws_iam_role" else "user")

    def _policy_arn(self, change: PlannedChange) -> str:
        known = change.after.get("arn")
        if isinstance(known, str) and not change.fresh:
            return known
        return self._made_arn(change, "policy")

    def _made_arn(self, change: PlannedChange, kind: str) -> str:
        account = self.document.account_of(change)
        path = change.after.get("path") or "/"
        name = change.after.get("name") or change.address
        partition = str(change.before.get("arn", "")).split(":")[1:2] or [self.partition]
        return f"arn:{partition[0]}:iam::{account}:{kind}{path}{name}"

    def _document(
        self, change: PlannedChange, ref: PolicyRef, policy: object, unknown: object, pointer: str
    ) -> Readable:
        if unknown or not isinstance(policy, str):
            what = f"{ref.kind.value} of {change.address} (known after apply)"
            return _missing(what, ref.account)
        declared = Declared(change.address, f"{change.pointer}/{pointer}")
        source = Source(_laid_out(policy), self.document.path, verbatim=False, declared=declared)
        return PolicyDocument(ref, source)


def _laid_out(policy: str) -> str:
    """Policies in plans stand on one line; for people they are broken into lines."""
    try:
        tree = json.loads(policy, object_pairs_hook=_unique)
        return json.dumps(tree, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return policy


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names no key twice; one that does is shown as it stands."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


def _at(tree: object, *steps: str | int) -> object:
    for step in steps:
        if tree is True:
            return True
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _missing(what: str, account: str) -> Missing:
    return Missing(what, "", account)
