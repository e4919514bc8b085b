"""Lays deployments over a snapshot: the accounts as they will be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
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
    SetTrust,
    Touch,
    TouchUsers,
)
from bedrock_doctor.preflight.overlay_network import with_endpoints
from bedrock_doctor.preflight.overlay_organization import with_organization_policies
from bedrock_doctor.preflight.partition import partition_of


class Unnamed(Enum):
    """What becomes of policies that a template does not name: an earlier version of it may have
    made them, and then the deployment removes them."""

    KEPT = "kept"
    DROPPED = "dropped"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Planned:
    """A snapshot with deployments laid over it.

    Attributes:
        snapshot: as it will be, unnamed policies kept.
        dropped: the same with unnamed policies removed; None where there are none.
        open: the same with unnamed policies not known; None where there are none.
        notes: what was not considered, in words.
    """

    snapshot: Snapshot
    dropped: Snapshot | None
    open: Snapshot | None
    notes: tuple[str, ...]


def overlay(snapshot: Snapshot, deployments: Sequence[Deployment]) -> Planned:
    """What a snapshot will be once everything is deployed, in the given order."""
    kept = _laid_over(snapshot, deployments, Unnamed.KEPT)
    paths = ", ".join(deployment.path for deployment in deployments)
    notes = (
        f"asked of the accounts as they will be once {paths} is deployed",
        *(f"{d.path}: {note}" for d in deployments for note in d.notes),
    )
    if all(deployment.exact for deployment in deployments):
        return Planned(kept, None, None, notes)
    dropped = _laid_over(snapshot, deployments, Unnamed.DROPPED)
    return Planned(kept, dropped, _laid_over(snapshot, deployments, Unnamed.OPEN), notes)


def _laid_over(snapshot: Snapshot, deployments: Iterable[Deployment], unnamed: Unnamed) -> Snapshot:
    for deployment in deployments:
        snapshot = _Overlay(snapshot, deployment, unnamed).result()
    return snapshot


class _Entities(Mapping[str, IamEntity]):
    """Roles or users of one account, changed ones and the others with changed documents."""

    def __init__(
        self,
        base: Mapping[str, IamEntity],
        changed: Mapping[str, IamEntity | None],
        documents: Mapping[str, Readable | None],
        doubts: tuple[Readable, ...] = (),
    ) -> None:
        self._doubts = doubts
        self._base = base
        self._changed = changed
        self._documents = documents
        self._names = [n for n in base if n not in changed]
        self._names += [n for n, entity in changed.items() if entity is not None]

    def __getitem__(self, name: str) -> IamEntity:
        entity = self._changed[name] if name in self._changed else self._base[name]
        if entity is None:
            raise KeyError(name)
        if not self._documents and not self._doubts:
            return entity
        boundary = entity.boundary
        return replace(
            entity,
            policies=(*_renewed(entity.policies, self._documents), *self._doubts),
            boundary=next(_renewed([boundary], self._documents), None) if boundary else None,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def _renewed(
    policies: Iterable[Readable], documents: Mapping[str, Readable | None]
) -> Iterator[Readable]:
    for policy in policies:
        arn = policy.ref.arn if isinstance(policy, PolicyDocument) else ""
        if arn not in documents:
            yield policy
            continue
        document = documents[arn]
        if isinstance(policy, PolicyDocument) and isinstance(document, PolicyDocument):
            yield replace(policy, source=document.source)
        elif document is not None:
            yield document


class _Overlay:
    def __init__(self, snapshot: Snapshot, deployment: Deployment, unnamed: Unnamed) -> None:
        self.snapshot = snapshot
        self.deployment = deployment
        self.unnamed = unnamed
        self.entities: dict[Holder, IamEntity | None] = {}
        self.documents = {
            operation.arn: operation.document
            for operation in deployment.operations
            if isinstance(operation, SetManaged)
        }

    def result(self) -> Snapshot:
        """The snapshot as it will be."""
        operations = self.deployment.operations
        for kinds in ((RemoveEntity,), (PutEntity,), (SetTrust, KeepOnly)):
            for operation in operations:
                if isinstance(operation, kinds):
                    self._apply(operation)
        self._settle_unnamed()
        attaching = [o for o in operations if isinstance(o, SetInline | Attach | Touch)]
        for operation in sorted(attaching, key=lambda operation: not _removes(operation)):
            self._apply(operation)
        endpoints = [o for o in operations if isinstance(o, PutEndpoint | SetEndpointPolicy)]
        policies = [
            o for o in operations if isinstance(o, SetOrganizationPolicy | AttachOrganizationPolicy)
        ]
        accounts = {
            key: self._account(key)
            for key in sorted({*self.snapshot.accounts, *(h.account for h in self.entities)})
        }
        changed = replace(self.snapshot, accounts=with_endpoints(accounts, endpoints))
        return with_organization_policies(changed, policies)

    def _apply(self, operation: Operation) -> None:
        match operation:
            case RemoveEntity(holder):
                self.entities[holder] = None
            case PutEntity():
                self.entities[operation.holder] = self._put(operation)
            case SetTrust(holder, document):
                self._change(holder, trust=document)
            case KeepOnly():
                self._keep_only(operation)
            case SetInline():
                self._set_inline(operation)
            case Attach():
                self._attach(operation)
            case Touch(holder, missing):
                self._change(holder, policies=(*self._entity(holder).policies, missing))

    def _put(self, operation: PutEntity) -> IamEntity:
        known = None if operation.fresh else self._known(operation.holder)
        held = self.snapshot.accounts.get(operation.holder.account)
        absent = known is None and held is not None and held.iam_complete
        new = operation.fresh or (absent and not self.deployment.exact)
        others = () if new else (_others(operation.holder),)
        boundary = operation.boundary
        return IamEntity(
            operation.arn,
            operation.holder.name,
            known.unique_id if known else "",
            known.policies if known else others,
            self._document(boundary, PolicyKind.BOUNDARY, operation.arn)
            if isinstance(boundary, str)
            else boundary,
            operation.trust,
            operation.tags,
            operation.max_session_duration,
        )

    def _settle_unnamed(self) -> None:
        """Policies of described roles and users that the template does not name."""
        if self.deployment.exact or self.unnamed is Unnamed.KEPT:
            return
        for holder in self.deployment.holders:
            entity = self._known(holder)
            if entity is None:
                continue
            policies = [policy for policy in entity.policies if self._is_named(holder, policy)]
            if self.unnamed is Unnamed.OPEN and len(policies) < len(entity.policies):
                left = [p for p in entity.policies if p not in policies]
                policies += [_open(holder, policy, self.deployment.path) for policy in left]
            self._change(holder, policies=tuple(policies))

    def _is_named(self, holder: Holder, policy: Readable) -> bool:
        """Whether the template names a policy, or cannot have made it."""
        if isinstance(policy, Missing):
            return True
        for operation in self.deployment.operations:
            match operation:
                case SetInline(owner, name, _) if owner == holder:
                    if policy.ref.kind is PolicyKind.INLINE and policy.ref.name == name:
                        return True
                case Attach(owner, arn, _) if owner == holder and arn == policy.ref.arn:
                    return True
        return policy.ref.holder not in ("", self._entity(holder).arn)

    def _set_inline(self, operation: SetInline) -> None:
        entity = self._entity(operation.holder)
        policies = [p for p in entity.policies if not _is_inline(p, operation.name, entity.arn)]
        if operation.document is not None:
            policies.append(operation.document)
        self._change(operation.holder, policies=tuple(policies))

    def _attach(self, operation: Attach) -> None:
        entity = self._entity(operation.holder)
        arn = operation.arn
        if isinstance(arn, Missing):
            self._change(operation.holder, policies=(*entity.policies, arn))
            return
        policies = [p for p in entity.policies if not _is_managed(p, arn, entity.arn)]
        if operation.attached:
            policies.append(self._document(arn, PolicyKind.MANAGED, entity.arn))
        self._change(operation.holder, policies=tuple(policies))

    def _keep_only(self, operation: KeepOnly) -> None:
        entity = self._entity(operation.holder)

        def stays(policy: Readable) -> bool:
            if isinstance(policy, Missing) or policy.ref.holder not in ("", entity.arn):
                return True
            if policy.ref.kind is PolicyKind.INLINE:
                return operation.inline is None or policy.ref.name in operation.inline
            return operation.attached is None or policy.ref.arn in operation.attached

        policies = tuple(policy for policy in entity.policies if stays(policy))
        self._change(operation.holder, policies=policies)

    def _entity(self, holder: Holder) -> IamEntity:
        """A role or user that an operation names; one that nobody collected, all of it missing."""
        known = self._known(holder)
        if known is not None:
            return known
        missing = _others(holder)
        trust = missing if holder.kind is EntityKind.ROLE else None
        partition = partition_of(self.snapshot, holder.account)
        arn = f"arn:{partition}:iam::{holder.account}:{holder.kind.value}/{holder.name}"
        return IamEntity(arn, holder.name, policies=(missing,), boundary=missing, trust=trust)

    def _known(self, holder: Holder) -> IamEntity | None:
        if holder in self.entities:
            return self.entities[holder]
        account = self.snapshot.accounts.get(holder.account)
        return _held(account, holder.kind).get(holder.name) if account else None

    def _change(self, holder: Holder, **values: object) -> None:
        self.entities[holder] = replace(self._entity(holder), **values)  # type: ignore[arg-type]

    def _document(self, arn: str, kind: PolicyKind, holder: str) -> Readable:
        """A managed policy: of the deployment, else of the snapshot, where anything uses it."""
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        ref = PolicyRef(kind, arn.rpartition("/")[2], account, arn, holder)
        document = self.documents.get(arn) or self._in_snapshot(arn)
        if isinstance(document, PolicyDocument):
            return replace(document, ref=ref)
        return document or Missing(
            f"{kind.value} `{arn}`",
            "iam:GetPolicyVersion",
            account if account.isdigit() else "",
            command=f"aws iam get-policy --policy-arn {arn}",
        )

    def _in_snapshot(self, arn: str) -> Readable | None:
        for account in self.snapshot.accounts.values():
            for entities in (account.roles, account.users):
                for entity in entities.values():
                    for policy in (*entity.policies, entity.boundary):
                        if isinstance(policy, PolicyDocument) and policy.ref.arn == arn:
                            return policy
        return None

    def _doubts(self, account: str) -> tuple[Readable, ...]:
        """What changes of groups leave open of every user of an account."""
        return tuple(
            operation.missing
            for operation in self.deployment.operations
            if isinstance(operation, TouchUsers) and operation.account == account
        )

    def _account(self, key: str) -> Account:
        account = self.snapshot.accounts.get(key, Account(key))
        changed: dict[EntityKind, dict[str, IamEntity | None]] = {kind: {} for kind in EntityKind}
        for holder, entity in sorted(self.entities.items(), key=lambda item: item[0]):
            if holder.account == key:
                changed[holder.kind][holder.name] = entity
        roles = changed[EntityKind.ROLE]
        gone = frozenset(name for name, entity in roles.items() if entity is None)
        made = frozenset(name for name, entity in roles.items() if entity is not None)
        return replace(
            account,
            roles=_Entities(account.roles, roles, self.documents),
            users=_Entities(
                account.users, changed[EntityKind.USER], self.documents, self._doubts(key)
            ),
            absent_roles=(account.absent_roles | gone) - made,
        )


def _removes(operation: Operation) -> bool:
    """Whether an operation takes something away: that comes before what is put there."""
    return (isinstance(operation, SetInline) and operation.document is None) or (
        isinstance(operation, Attach) and not operation.attached
    )


def _held(account: Account, kind: EntityKind) -> Mapping[str, IamEntity]:
    return account.roles if kind is EntityKind.ROLE else account.users


def _is_inline(policy: Readable, name: str, holder: str) -> bool:
    return (
        isinstance(policy, PolicyDocument)
        and policy.ref.kind is PolicyKind.INLINE
        and policy.ref.name == name
        and policy.ref.holder in ("", holder)
    )


def _is_managed(policy: Readable, arn: str, holder: str) -> bool:
    return (
        isinstance(policy, PolicyDocument)
        and policy.ref.arn == arn
        and policy.ref.holder in ("", holder)
    )


def _others(holder: Holder) -> Missing:
    return Missing(
        f"policies of {holder.words} that the deployment does not change",
        "iam:GetAccountAuthorizationDetails",
        holder.account,
        command="aws iam get-account-authorization-details",
        path=f"accounts/{holder.account}/iam/get-account-authorization-details.json",
    )


def _open(holder: Holder, policy: Readable, path: str) -> Missing:
    name = policy.ref.name if isinstance(policy, PolicyDocument) else policy.what
    return Missing(
        f"whether {holder.words} keeps the policy `{name}`, which {path} does not name",
        "cloudformation:DescribeChangeSet",
        holder.account,
    )
