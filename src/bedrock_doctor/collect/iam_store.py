"""Roles, users, groups and managed policies of all accounts while they are being read.

Entities are put together when they are first asked for: an account may hold thousands of roles of
which a diagnosis needs two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_doctor.collect.cli_command import cli_command
from bedrock_doctor.collect.iam_shapes import AttachedPolicy, Tag
from bedrock_doctor.collect.manifest import Manifest
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import IamEntity
from bedrock_doctor.model.source import Source

Groups = tuple[Readable, ...]


class LazyEntities(Mapping[str, IamEntity]):
    """Entities by name, each built on first use. Compares equal to any mapping of the same."""

    def __init__(self, builders: Mapping[str, Callable[[], IamEntity]]) -> None:
        self._builders = builders
        self._built: dict[str, IamEntity] = {}

    def __getitem__(self, name: str) -> IamEntity:
        if name not in self._built:
            self._built[name] = self._builders[name]()
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)

    def __contains__(self, name: object) -> bool:
        return name in self._builders

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[dict[str, IamEntity]]]:
        """Another process gets what was built: functions that build cannot be sent."""
        return dict, (dict(self),)


@dataclass(slots=True)
class IamStore:
    """What IAM files said so far.

    Attributes:
        manifest: tells which reads were refused.
        roles: account id to role name to builder.
        users: the same for users.
        groups: account and group name to a function that gives the group's policies.
        policies: ARN of a managed policy to a function that gives its default version.
        broken_policies: ARNs of managed policies whose document cannot be read.
        complete: accounts whose GetAccountAuthorizationDetails was read in full.
    """

    manifest: Manifest
    roles: dict[str, dict[str, Callable[[], IamEntity]]] = field(default_factory=dict)
    users: dict[str, dict[str, Callable[[], IamEntity]]] = field(default_factory=dict)
    groups: dict[tuple[str, str], Callable[[], Groups]] = field(default_factory=dict)
    policies: dict[str, Callable[[], Source]] = field(default_factory=dict)
    broken_policies: set[str] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)

    def accounts(self) -> set[str]:
        """Accounts of which anything is known."""
        return {*self.roles, *self.users, *self.complete}

    def managed(self, policy: AttachedPolicy, holder: str, account: str) -> Readable:
        """A managed policy attached to `holder`."""
        kind = PolicyKind.MANAGED
        return self._managed(policy.PolicyArn, policy.PolicyName, kind, holder, account)

    def boundary(self, arn: str, holder: str, account: str) -> Readable:
        """A managed policy that bounds `holder`."""
        return self._managed(arn, "", PolicyKind.BOUNDARY, holder, account)

    def _managed(
        self, arn: str, name: str, kind: PolicyKind, holder: str, account: str
    ) -> Readable:
        name = name or arn.rpartition("/")[2]
        if arn in self.policies:
            ref = PolicyRef(kind, name, account, arn, holder)
            return PolicyDocument(ref, self.policies[arn]())
        broken = Absence.MALFORMED if arn in self.broken_policies else Absence.NOT_COLLECTED
        absence, code = self.manifest.absence(
            broken, "iam:GetPolicyVersion", account=account, subject=name
        )
        summary = cli_command("iam:GetPolicy", policy_arn=arn)
        version = f"{summary} --query Policy.DefaultVersionId --output text"
        document = cli_command("iam:GetPolicyVersion", policy_arn=arn)
        return Missing(
            f"{kind.value} `{name}`",
            "iam:GetPolicyVersion",
            account,
            "",
            absence,
            code,
            f'{summary} && {document} --version-id "$({version})"',
            f"accounts/{account}/iam/policies/{name}.json",
        )

    def group(self, name: str, account: str) -> Groups:
        """The policies of a group."""
        if (account, name) in self.groups:
            return self.groups[account, name]()
        return (
            self.missing_list("iam:ListGroupPolicies", "inline policies", "group", name, account),
            self.missing_list(
                "iam:ListAttachedGroupPolicies", "managed policies", "group", name, account
            ),
        )

    def missing_list(
        self,
        call: str,
        what: str,
        kind: str,
        name: str,
        account: str,
        absence: Absence = Absence.NOT_COLLECTED,
    ) -> Missing:
        """A list of something that belongs to one role, user or group.

        Args:
            call: the operation that lists it.
            what: what is listed, in words.
            kind: ``role``, ``user`` or ``group``.
            name: name of the role, user or group.
            account: its account.
            absence: why it is missing.
        """
        absence, code = self.manifest.absence(absence, call, account=account, subject=name)
        command = cli_command(call, **{f"{kind}_name": name})
        file = command.split()[2]
        return Missing(
            f"{what} of {kind} `{name}`",
            call,
            account,
            "",
            absence,
            code,
            command,
            f"accounts/{account}/iam/{kind}s/{name}/{file}.json",
        )

    def missing_inline(
        self, kind: str, holder: str, policy: str, account: str, absence: Absence
    ) -> Missing:
        """An inline policy of a role, user or group."""
        call = f"iam:Get{kind.capitalize()}Policy"
        absence, code = self.manifest.absence(absence, call, account=account, subject=holder)
        return Missing(
            f"inline policy `{policy}` of {kind} `{holder}`",
            call,
            account,
            "",
            absence,
            code,
            cli_command(call, **{f"{kind}_name": holder, "policy_name": policy}),
            f"accounts/{account}/iam/{kind}s/{holder}/get-{kind}-policy/{policy}.json",
        )

    def missing_entity(self, kind: str, name: str, account: str, absence: Absence) -> Missing:
        """A role, user or group itself."""
        call = f"iam:Get{kind.capitalize()}"
        absence, code = self.manifest.absence(absence, call, account=account, subject=name)
        return Missing(
            f"{kind} `{name}`",
            call,
            account,
            "",
            absence,
            code,
            cli_command(call, **{f"{kind}_name": name}),
            f"accounts/{account}/iam/{kind}s/{name}/get-{kind}.json",
        )


def account_of(arn: str) -> str:
    """The account in an ARN, or an empty string."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def tags_of(tags: list[Tag]) -> dict[str, str]:
    """Tags by key."""
    return {tag.Key: tag.Value for tag in tags}
