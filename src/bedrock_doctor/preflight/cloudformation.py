"""CloudFormation templates: what they declare of roles, policies, organizations and endpoints.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bedrock_doctor.catalog.partitions import dns_suffix
from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.preflight.declarations import (
    Attach,
    AttachOrganizationPolicy,
    Deployment,
    EntityKind,
    Holder,
    Operation,
    PutEndpoint,
    PutEntity,
    SetInline,
    SetManaged,
    SetOrganizationPolicy,
    Touch,
    TouchUsers,
)
from bedrock_doctor.preflight.template_nodes import Node, read_template_nodes
from bedrock_doctor.preflight.template_policy import missing_document, policy_documents
from bedrock_doctor.preflight.template_values import NotKnown, TemplateValues

_FAMILIES = (
    "AWS::IAM::",
    "AWS::Organizations::",
    "AWS::EC2::VPCEndpoint",
    "AWS::Bedrock::",
    "AWS::CloudFormation::",
    "AWS::SSO::",
)
"""Types of which those that are not read are named in the notes."""
_NAME_KEYS = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
}
_ARN_KINDS = {
    "AWS::IAM::Role": ("role", "Arn"),
    "AWS::IAM::User": ("user", "Arn"),
    "AWS::IAM::ManagedPolicy": ("policy", "PolicyArn"),
}
_KINDS = {"AWS::IAM::Role": EntityKind.ROLE, "AWS::IAM::User": EntityKind.USER}
_ORGANIZATION_KINDS = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RCP,
}


@dataclass(frozen=True, slots=True)
class TemplateTarget:
    """Where a template will be deployed.

    Attributes:
        account: account id.
        region: Region code, or empty where it is not known.
        partition: of the account.
        parameters: values given on the command line.
        roles: names of the roles that the account has.
    """

    account: str
    region: str = ""
    partition: str = "aws"
    parameters: Mapping[str, str] = field(default_factory=dict)
    roles: Collection[str] = ()


def read_template(text: str, path: str, target: TemplateTarget) -> Deployment:
    """Reads a template.

    Raises:
        BadInput: it is no template, or a value given belongs to no parameter of it.
    """
    return _Template(read_template_nodes(text, path), path, target).deployment()


class _Template:
    def __init__(self, root: Node, path: str, target: TemplateTarget) -> None:
        self.path = path
        self.target = target
        self.account = target.account
        self.notes: list[str] = []
        self.holders: set[Holder] = set()
        self._asked: set[str] = set()
        resources = root.member("Resources")
        if resources is None or not resources.table:
            raise BadInput(
                "is no CloudFormation template",
                path=path,
                line=root.at.line,
                column=root.at.column,
                help="expected a table Resources",
            )
        self.resources = resources.table
        self.root = root
        self._check_parameters()
        pseudo = {
            "AWS::AccountId": target.account,
            "AWS::Partition": target.partition,
            "AWS::URLSuffix": dns_suffix(target.partition),
            **({"AWS::Region": target.region} if target.region else {}),
        }
        self.values = TemplateValues(root, target.parameters, pseudo, self._attribute)
        self.readers: Mapping[str, Callable[[str, Node], Iterator[Operation]]] = {
            "AWS::IAM::Role": self._entity,
            "AWS::IAM::User": self._entity,
            "AWS::IAM::Policy": self._policy,
            "AWS::IAM::ManagedPolicy": self._managed,
            "AWS::IAM::RolePolicy": self._entity_policy,
            "AWS::IAM::UserPolicy": self._entity_policy,
            "AWS::IAM::Group": self._group,
            "AWS::IAM::GroupPolicy": self._group,
            "AWS::IAM::UserToGroupAddition": self._group,
            "AWS::Organizations::Policy": self._organization_policy,
            "AWS::EC2::VPCEndpoint": self._endpoint,
        }

    def deployment(self) -> Deployment:
        """All that the template declares."""
        operations: list[Operation] = []
        if self.root.member("Transform"):
            self.notes.append("its macros (Transform) are not expanded")
        for name, resource in self.resources.items():
            type_ = self._type(resource)
            if not type_.startswith(_FAMILIES) or not self._is_made(name, resource):
                continue
            reader = self.readers.get(type_)
            if reader is None:
                self.notes.append(f"{name} ({type_}) is not considered")
            else:
                operations += reader(name, resource.member("Properties") or Node(resource.at))
        notes = tuple(dict.fromkeys(self.notes))
        holders = frozenset(self.holders)
        return Deployment(self.path, tuple(operations), notes, exact=False, holders=holders)

    def _check_parameters(self) -> None:
        declared = self.root.member("Parameters")
        known = {*((declared.table or {}) if declared else {}), *self.resources}
        for name in self.target.parameters:
            if name not in known and not name.startswith("AWS::"):
                raise BadInput(
                    f"has no parameter `{name}`",
                    path=self.path,
                    help="expected --parameter KEY=VALUE with a parameter, a pseudo parameter, or "
                    "a logical id whose name CloudFormation makes",
                )

    def _type(self, resource: Node) -> str:
        type_ = resource.member("Type")
        return (type_.text if type_ else None) or ""

    def _is_made(self, name: str, resource: Node) -> bool:
        condition = resource.member("Condition")
        if condition is None:
            return True
        try:
            made = self.values.holds(condition.text or "")
        except NotKnown as unknown:
            self.notes.append(f"{name} is not considered: {unknown.what} is not known")
            return False
        if not made:
            self.notes.append(f"{name} is not made, and not removed where it exists")
        return made

    def _attribute(self, name: str, attribute: str) -> str:
        if name in self._asked:
            raise NotKnown(f"{name}, which refers to itself")
        self._asked.add(name)
        try:
            return self._value_of(name, attribute)
        finally:
            self._asked.discard(name)

    def _value_of(self, name: str, attribute: str) -> str:
        resource = self.resources.get(name)
        type_ = self._type(resource) if resource else ""
        if resource is not None and type_ in _ARN_KINDS:
            kind, arn_attribute = _ARN_KINDS[type_]
            is_arn = attribute == arn_attribute or (type_.endswith("Policy") and not attribute)
            if is_arn:
                return self._arn(kind, name, resource)
            if not attribute:
                return self._name(name, resource)
        shown = f"Fn::GetAtt {name}.{attribute}" if attribute else f"Ref {name}"
        raise NotKnown(shown)

    def _arn(self, kind: str, name: str, resource: Node) -> str:
        properties = resource.member("Properties") or Node(resource.at)
        path = properties.member("Path")
        written = self.values.text(path) if path else "/"
        own = self._name(name, resource)
        return f"arn:{self.target.partition}:iam::{self.account}:{kind}{written}{own}"

    def _name(self, name: str, resource: Node) -> str:
        """The name of a role, user or managed policy.

        Without one in the template AWS CloudFormation makes it of the stack's name, the logical id
        and a random part: it is given with --parameter, or found among the account's roles.
        """
        type_ = self._type(resource)
        properties = resource.member("Properties") or Node(resource.at)
        stated = properties.member(_NAME_KEYS[type_])
        if stated is not None:
            return self.values.text(stated)
        given = self.target.parameters.get(name)
        if given is not None:
            return given
        stack = self.target.parameters.get("AWS::StackName")
        if stack and type_ == "AWS::IAM::Role":
            made = [role for role in self.target.roles if role.startswith(f"{stack}-{name}-")]
            if len(made) == 1:
                return made[0]
        raise NotKnown(f"the name that CloudFormation makes for {name}")

    def _entity(self, name: str, properties: Node) -> Iterator[Operation]:
        resource = self.resources[name]
        kind = _KINDS[self._type(resource)]
        try:
            holder = Holder(kind, self.account, self._name(name, resource))
            arn = self._arn(kind.value, name, resource)
        except NotKnown as unknown:
            self.notes.append(
                f"{name} is not considered: {unknown.what} is not known; give it with "
                f"--parameter {name}=NAME"
            )
            return
        self.holders.add(holder)
        trust: Readable | None = None
        if kind is EntityKind.ROLE:
            ref = PolicyRef(PolicyKind.TRUST, holder.name, self.account, "", arn)
            document = properties.member("AssumeRolePolicyDocument")
            trust = self._single(document, ref, name)
        yield PutEntity(
            holder,
            arn,
            False,
            trust,
            self._boundary(name, properties),
            None,  # the stack may add tags to those of the template
            self._duration(properties),
        )
        yield from self._inline_policies(name, properties, holder, arn)
        yield from self._attached(name, properties.member("ManagedPolicyArns"), holder)

    def _inline_policies(
        self, name: str, properties: Node, holder: Holder, arn: str
    ) -> Iterator[Operation]:
        policies = properties.member("Policies")
        for entry in self._entries(name, policies, holder):
            if isinstance(entry, Touch):
                yield entry
                continue
            stated = entry.member("PolicyName")
            try:
                policy = self.values.text(stated) if stated else name
            except NotKnown:
                policy = name
            ref = PolicyRef(PolicyKind.INLINE, policy, self.account, "", arn)
            yield from self._set_inline(holder, policy, entry.member("PolicyDocument"), ref, name)

    def _entries(self, name: str, node: Node | None, holder: Holder) -> Iterator[Node | Touch]:
        """The elements of a list of policies, ``Fn::If`` and ``AWS::NoValue`` among them."""
        if node is None:
            return
        for item in node.items if node.items is not None else (node,):
            found = self._chosen(item)
            if isinstance(found, NotKnown):
                what = f"policies of {name} ({found.what} is not known before the deployment)"
                yield Touch(holder, Missing(what, "", self.account))
            elif found is not None and found.items is not None:
                yield from self._entries(name, found, holder)
            elif found is not None:
                yield found

    def _chosen(self, node: Node) -> Node | NotKnown | None:
        """An element behind its conditions; functions within it stay as written."""
        choice = node.member("Fn::If")
        if choice is not None and choice.items is not None and len(choice.items) == 3:
            condition, yes, no = choice.items
            try:
                return self._chosen(yes if self.values.holds(condition.text or "") else no)
            except NotKnown as unknown:
                return unknown
        reference = node.member("Ref")
        if reference is not None and reference.text == "AWS::NoValue":
            return None
        return node

    def _attached(self, name: str, node: Node | None, holder: Holder) -> Iterator[Operation]:
        for entry in self._entries(name, node, holder):
            if isinstance(entry, Touch):
                yield entry
                continue
            try:
                found = self.values.node(entry)
            except NotKnown as unknown:
                what = f"a managed policy of {name} ({unknown.what} is not known)"
                yield Attach(holder, Missing(what, "", self.account), attached=True)
                continue
            listed = (
                found.items if isinstance(found, Node) and found.items is not None else (found,)
            )
            for item in listed:
                if isinstance(item, Node) and item.text:
                    yield Attach(holder, item.text, attached=True)

    def _set_inline(
        self, holder: Holder, policy: str, document: Node | None, ref: PolicyRef, resource: str
    ) -> Iterator[Operation]:
        documents = self._documents(document, ref, resource)
        first = next((d for d in documents if isinstance(d, PolicyDocument)), documents[0])
        yield SetInline(holder, policy, first)
        for other in documents:
            if other is not first and isinstance(other, Missing):
                yield Touch(holder, other)

    def _documents(
        self, document: Node | None, ref: PolicyRef, resource: str
    ) -> tuple[Readable, ...]:
        if document is None:
            return (missing_document(ref, resource, "a document that the template lacks"),)
        return policy_documents(document, ref, resource, self.path, self.values)

    def _single(self, document: Node | None, ref: PolicyRef, resource: str) -> Readable:
        """A document that is whole or not known: of layers that hold one document."""
        documents = self._documents(document, ref, resource)
        return documents[-1] if len(documents) > 1 else documents[0]

    def _policy(self, name: str, properties: Node) -> Iterator[Operation]:
        """AWS::IAM::Policy: one inline policy for several roles and users."""
        stated = properties.member("PolicyName")
        try:
            policy = self.values.text(stated) if stated else name
        except NotKnown:
            policy = name
        for kind, key in ((EntityKind.ROLE, "Roles"), (EntityKind.USER, "Users")):
            for holder in self._holders(name, kind, properties.member(key)):
                ref = PolicyRef(PolicyKind.INLINE, policy, self.account)
                document = properties.member("PolicyDocument")
                yield from self._set_inline(holder, policy, document, ref, name)
        if properties.member("Groups"):
            yield from self._group(name, properties)

    def _group(self, name: str, properties: Node) -> Iterator[Operation]:
        """Groups are not followed: what users get of them is not known."""
        what = f"what {name} changes of the policies of users of account {self.account}"
        yield TouchUsers(self.account, Missing(what, "", self.account))

    def _entity_policy(self, name: str, properties: Node) -> Iterator[Operation]:
        """AWS::IAM::RolePolicy and AWS::IAM::UserPolicy."""
        role = properties.member("RoleName")
        kind = EntityKind.ROLE if role else EntityKind.USER
        owner = role or properties.member("UserName")
        stated = properties.member("PolicyName")
        try:
            policy = self.values.text(stated) if stated else name
        except NotKnown:
            policy = name
        for holder in self._holders(name, kind, owner):
            ref = PolicyRef(PolicyKind.INLINE, policy, self.account)
            document = properties.member("PolicyDocument")
            yield from self._set_inline(holder, policy, document, ref, name)

    def _holders(self, name: str, kind: EntityKind, node: Node | None) -> Iterator[Holder]:
        if node is None:
            return
        for item in node.items if node.items is not None else (node,):
            try:
                yield Holder(kind, self.account, self.values.text(item))
            except NotKnown as unknown:
                self.notes.append(
                    f"{name} is not considered for one {kind.value}: {unknown.what} is not known"
                )

    def _managed(self, name: str, properties: Node) -> Iterator[Operation]:
        resource = self.resources[name]
        try:
            arn = self._arn("policy", name, resource)
        except NotKnown:
            arn = ""
        ref = PolicyRef(PolicyKind.MANAGED, arn.rpartition("/")[2] or name, self.account, arn)
        document = self._single(properties.member("PolicyDocument"), ref, name)
        if arn:
            yield SetManaged(arn, document)
        for kind, key in ((EntityKind.ROLE, "Roles"), (EntityKind.USER, "Users")):
            for holder in self._holders(name, kind, properties.member(key)):
                if arn:
                    yield Attach(holder, arn, attached=True)
                else:
                    # without a name of its own it is told apart by its logical id
                    yield SetInline(holder, f"{self.path}/{name}", document)
        if properties.member("Groups"):
            yield from self._group(name, properties)

    def _boundary(self, name: str, properties: Node) -> str | Missing | None:
        node = properties.member("PermissionsBoundary")
        if node is None:
            return None
        try:
            found = self.values.node(node)
        except NotKnown as unknown:
            what = f"permissions boundary of {name} ({unknown.what} is not known)"
            return Missing(what, "", self.account)
        return found.text if isinstance(found, Node) else None

    def _duration(self, properties: Node) -> int | None:
        node = properties.member("MaxSessionDuration")
        try:
            text = self.values.text(node) if node else ""
        except NotKnown:
            return None
        return int(text) if text.isdecimal() else None

    def _organization_policy(self, name: str, properties: Node) -> Iterator[Operation]:
        try:
            type_ = properties.member("Type")
            kind = _ORGANIZATION_KINDS.get(self.values.text(type_) if type_ else "")
            stated = properties.member("Name")
            title = self.values.text(stated) if stated else name
        except NotKnown as unknown:
            self.notes.append(f"{name} is not considered: {unknown.what} is not known")
            return
        if kind is None:
            return
        policy = self.target.parameters.get(name, name)
        ref = PolicyRef(kind, policy, title=title)
        yield SetOrganizationPolicy(
            policy, kind, title, self._single(properties.member("Content"), ref, name)
        )
        targets = properties.member("TargetIds")
        for item in (targets.items or ()) if targets else ():
            try:
                target = self.values.text(item)
            except NotKnown as unknown:
                self.notes.append(f"one target of {name} is not considered: {unknown.what}")
                continue
            yield AttachOrganizationPolicy(policy, kind, target, attached=True)

    def _endpoint(self, name: str, properties: Node) -> Iterator[Operation]:
        try:
            stated = properties.member("ServiceName")
            service = self.values.text(stated) if stated else ""
        except NotKnown as unknown:
            self.notes.append(f"{name} is not considered: {unknown.what} is not known")
            return
        endpoint = self.target.parameters.get(name, name)
        parts = service.split(".")
        region = self.target.region or (parts[2] if len(parts) > 3 else "")
        ref = PolicyRef(PolicyKind.ENDPOINT, endpoint, self.account, "", endpoint)
        document = properties.member("PolicyDocument") or _full_access(properties)
        policy = self._single(document, ref, name)
        yield PutEndpoint(endpoint, self.account, region, service, "", policy)


def _full_access(properties: Node) -> Node:
    """The policy of an endpoint that is given none.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    at = properties.at
    statement = {
        "Effect": Node(at, scalar="Allow"),
        **{key: Node(at, scalar="*") for key in ("Principal", "Action", "Resource")},
    }
    return Node(at, table={"Statement": Node(at, items=(Node(at, table=statement),))})
