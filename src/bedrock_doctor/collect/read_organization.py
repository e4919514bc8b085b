"""Organizations: hierarchy, service control policies, resource control policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bedrock_doctor.collect.aws_json import Output
from bedrock_doctor.collect.cli_command import cli_command
from bedrock_doctor.collect.manifest import Manifest
from bedrock_doctor.collect.organization_shapes import (
    DescribeEffectivePolicy,
    DescribeOrganization,
    DescribePolicy,
    DescribeUnit,
    ListAccounts,
    ListParents,
    ListPoliciesForTarget,
    ListRoots,
    ListUnits,
    OrganizationDetail,
    PolicySummary,
)
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Organization
from bedrock_doctor.model.source import Source

_KINDS = {
    "SERVICE_CONTROL_POLICY": (PolicyKind.SCP, "SCPs"),
    "RESOURCE_CONTROL_POLICY": (PolicyKind.RCP, "RCPs"),
}

# AWS's own policies never change, and nobody but AWS can change them.
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_available-policies.html
_AWS_POLICIES = {
    "p-FullAWSAccess": """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
        }
    ]
}""",
    "p-RCPFullAWSAccess": """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*"
        }
    ]
}""",
}


@dataclass(slots=True)
class _Hierarchy:
    """Roots, units and accounts."""

    policy_types: frozenset[str] | None = None
    members: dict[str, str] = field(default_factory=dict)
    members_complete: bool = False
    parents: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_organization(reading: Reading, manifest: Manifest, folder: str) -> Organization:
    """Reads the organization whose files stand in ``organizations/<folder>``."""
    return _OrganizationReader(reading, manifest, folder).read()


class _OrganizationReader:
    def __init__(self, reading: Reading, manifest: Manifest, folder: str) -> None:
        self.reading = reading
        self.manifest = manifest
        self.place = ("organizations", folder)
        self.missing: list[Missing] = []
        self.management = ""

    def read(self) -> Organization:
        """Reads all files of the organization."""
        # who may read it too: for people, it decides nothing
        self.reading.tree.copies(*self.place, "list-delegated-administrators")
        detail = self._detail()
        self.management = detail.MasterAccountId if detail else ""
        hierarchy = self._hierarchy()
        attached = self._attachments()
        return Organization(
            detail.Id if detail else "",
            self.management,
            detail.FeatureSet if detail else "",
            hierarchy.policy_types,
            hierarchy.members,
            hierarchy.members_complete,
            hierarchy.parents,
            hierarchy.names,
            attached[PolicyKind.SCP],
            attached[PolicyKind.RCP],
            self._bedrock_policies(),
            tuple(self.missing),
        )

    def _detail(self) -> OrganizationDetail | None:
        output = self.reading.single(
            *self.place,
            "describe-organization",
            kind=DescribeOrganization,
            unknown="the organization's id and management account",
        )
        if isinstance(output, Absence):
            self._gap(output, "the organization", "organizations:DescribeOrganization")
            return None
        return output.value.Organization

    def _hierarchy(self) -> _Hierarchy:
        hierarchy = _Hierarchy()
        self._roots(hierarchy)
        self._accounts(hierarchy)
        self._units(hierarchy)
        self._parents(hierarchy)
        return hierarchy

    def _roots(self, hierarchy: _Hierarchy) -> None:
        pages = self.reading.pages(
            *self.place,
            "list-roots",
            kind=ListRoots,
            unknown="which policy types are enabled in the root",
        )
        if isinstance(pages, Absence):
            self._gap(pages, "the organization's root", "organizations:ListRoots")
            return
        roots = [root for page in pages for root in page.value.Roots]
        hierarchy.names.update((root.Id, root.Name) for root in roots if root.Name)
        if roots and not pages[-1].value.has_more:
            # A type that is being enabled or disabled may still bind: it counts as enabled.
            hierarchy.policy_types = frozenset(
                policy.Type for root in roots for policy in root.PolicyTypes
            )

    def _accounts(self, hierarchy: _Hierarchy) -> None:
        pages = self.reading.pages(
            *self.place,
            "list-accounts",
            kind=ListAccounts,
            unknown="which accounts belong to the organization",
        )
        if isinstance(pages, Absence):
            self._gap(pages, "the organization's accounts", "organizations:ListAccounts")
            return
        for page in pages:
            for member in page.value.Accounts:
                hierarchy.members[member.Id] = member.Name
                if len(member.Paths) == 1:
                    hierarchy.parents.update(_parents_of_path(member.Id, member.Paths[0]))
        hierarchy.members_complete = not pages[-1].value.has_more

    def _units(self, hierarchy: _Hierarchy) -> None:
        for name in self.reading.tree.files(*self.place, "describe-organizational-unit"):
            output = self.reading.single(
                *self.place,
                "describe-organizational-unit",
                name,
                kind=DescribeUnit,
                unknown=f"the name of {name}",
            )
            if not isinstance(output, Absence):
                unit = output.value.OrganizationalUnit
                hierarchy.names[unit.Id] = unit.Name
        for parent in self.reading.tree.files(*self.place, "list-organizational-units-for-parent"):
            pages = self.reading.pages(
                *self.place,
                "list-organizational-units-for-parent",
                parent,
                kind=ListUnits,
                unknown=f"the units in {parent}",
            )
            if not isinstance(pages, Absence):
                for unit in (unit for page in pages for unit in page.value.OrganizationalUnits):
                    hierarchy.names[unit.Id] = unit.Name
                    hierarchy.parents[unit.Id] = parent

    def _parents(self, hierarchy: _Hierarchy) -> None:
        for child in self.reading.tree.files(*self.place, "list-parents"):
            pages = self.reading.pages(
                *self.place,
                "list-parents",
                child,
                kind=ListParents,
                unknown=f"the parent of {child}",
            )
            if isinstance(pages, Absence):
                self._gap(
                    pages,
                    f"the parent of {child}",
                    "organizations:ListParents",
                    f"list-parents/{child}",
                    child_id=child,
                )
                continue
            for parent in (parent for page in pages for parent in page.value.Parents):
                hierarchy.parents[child] = parent.Id

    def _attachments(self) -> dict[PolicyKind, dict[str, tuple[Readable, ...]]]:
        contents = self._contents()
        attached: dict[PolicyKind, dict[str, tuple[Readable, ...]]] = {
            PolicyKind.SCP: {},
            PolicyKind.RCP: {},
        }
        for target in self.reading.tree.folders(*self.place, "list-policies-for-target"):
            for name in self.reading.tree.files(*self.place, "list-policies-for-target", target):
                if name.upper() in _KINDS:
                    kind, policies = self._attached(target, name, contents)
                    attached[kind][target] = (*attached[kind].get(target, ()), *policies)
        return attached

    def _attached(
        self, target: str, name: str, contents: Mapping[str, Readable]
    ) -> tuple[PolicyKind, tuple[Readable, ...]]:
        """The policies of one list, and their kind: the content decides over the file's name."""
        kind, words = _KINDS[name.upper()]
        pages = self.reading.pages(
            *self.place,
            "list-policies-for-target",
            target,
            name,
            kind=ListPoliciesForTarget,
            unknown=f"{words} attached to {target}",
        )
        if isinstance(pages, Absence):
            return kind, (self._missing_list(target, name.upper(), pages, f"{words} attached to"),)
        summaries = [policy for page in pages for policy in page.value.Policies]
        types = {policy.Type for policy in summaries} & set(_KINDS)
        if len(types) == 1:
            kind, words = _KINDS[types.pop()]
        documents = [self._policy(policy, kind, target, contents) for policy in summaries]
        if pages[-1].value.has_more:
            documents.append(
                self._missing_list(
                    target, name.upper(), Absence.NOT_COLLECTED, f"further {words} attached to"
                )
            )
        return kind, tuple(documents)

    def _policy(
        self, policy: PolicySummary, kind: PolicyKind, target: str, contents: Mapping[str, Readable]
    ) -> Readable:
        owner = self.management or _owner(policy.Arn)
        ref = PolicyRef(kind, policy.Id, owner, policy.Arn, target, policy.Name)
        content = contents.get(policy.Id)
        if isinstance(content, PolicyDocument):
            return PolicyDocument(ref, content.source)
        if policy.Id in _AWS_POLICIES and content is None:
            return PolicyDocument(ref, Source(_AWS_POLICIES[policy.Id]))
        return content or self._missing_policy(policy.Id, policy.Name, Absence.NOT_COLLECTED)

    def _contents(self) -> dict[str, Readable]:
        found: dict[str, Readable] = {}
        for name in self.reading.tree.files(*self.place, "describe-policy"):
            output = self.reading.single(
                *self.place,
                "describe-policy",
                name,
                kind=DescribePolicy,
                unknown=f"organization policy `{name}`",
            )
            if isinstance(output, Absence):
                found.setdefault(name, self._missing_policy(name, "", output))
                continue
            policy = output.value.Policy
            kind = _KINDS.get(policy.PolicySummary.Type, (PolicyKind.SCP, ""))[0]
            found[policy.PolicySummary.Id] = PolicyDocument(
                PolicyRef(kind, policy.PolicySummary.Id),
                policy_source(policy.Content, output, "Policy", "Content"),
            )
        return found

    def _bedrock_policies(self) -> dict[str, str]:
        found = {}
        for account in self.reading.tree.folders(*self.place, "describe-effective-policy"):
            output: Output[DescribeEffectivePolicy] | Absence = self.reading.single(
                *self.place,
                "describe-effective-policy",
                account,
                "BEDROCK_POLICY",
                kind=DescribeEffectivePolicy,
                unknown=f"the effective Bedrock policy of account {account}",
            )
            if isinstance(output, Absence):
                self._gap(
                    output,
                    f"the effective Bedrock policy of account {account}",
                    "organizations:DescribeEffectivePolicy",
                    f"describe-effective-policy/{account}/BEDROCK_POLICY",
                    policy_type="BEDROCK_POLICY",
                    target_id=account,
                )
                continue
            policy = output.value.EffectivePolicy
            source = policy_source(policy.PolicyContent, output, "EffectivePolicy", "PolicyContent")
            found[policy.TargetId or account] = source.text
        return found

    def _missing_list(self, target: str, type_: str, absence: Absence, words: str) -> Missing:
        return self._missing(
            absence,
            f"{words} {target}",
            "organizations:ListPoliciesForTarget",
            f"list-policies-for-target/{target}/{type_}",
            subject=target,
            target_id=target,
            filter=type_,
        )

    def _missing_policy(self, id: str, name: str, absence: Absence) -> Missing:
        return self._missing(
            absence,
            f"content of organization policy `{name or id}`",
            "organizations:DescribePolicy",
            f"describe-policy/{id}",
            subject=id,
            policy_id=id,
        )

    def _missing(
        self,
        absence: Absence,
        what: str,
        call: str,
        file: str,
        *,
        subject: str = "",
        **parameters: str,
    ) -> Missing:
        absence, code = self.manifest.absence(
            absence, call, account=self.management, subject=subject
        )
        path = f"organization/{file}.json"
        command = cli_command(call, **parameters)
        return Missing(what, call, self.management, "", absence, code, command, path)

    def _gap(
        self, absence: Absence, what: str, call: str, file: str = "", **parameters: str
    ) -> None:
        """Records a read that is missing, unless nobody tried it."""
        missing = self._missing(
            absence, what, call, file or cli_command(call).split()[2], **parameters
        )
        if missing.absence is not Absence.NOT_COLLECTED:
            self.missing.append(missing)


def _owner(arn: str) -> str:
    """The management account in the ARN of a policy that is not AWS's own."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4] != "aws" else ""


def _parents_of_path(account: str, path: str) -> Iterable[tuple[str, str]]:
    """Child and parent for each step of ``o-…/r-…/ou-…/…/``."""
    steps = [step for step in path.split("/") if step.startswith(("r-", "ou-"))]
    chain = [*steps, account]
    return zip(chain[1:], chain[:-1], strict=True) if steps else ()
