"""IAM of all accounts: GetAccountAuthorizationDetails where it was collected, else single reads.

Where both tell of the same role, user or policy, GetAccountAuthorizationDetails counts: it was read
at one time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

import msgspec

from bedrock_doctor.collect.aws_json import Output
from bedrock_doctor.collect.file_text import Malformed
from bedrock_doctor.collect.iam_shapes import (
    AttachedPolicies,
    GetRole,
    GetUser,
    Groups,
    InlinePolicy,
    PermissionsBoundary,
    PolicyFile,
    PolicyNames,
    PolicyVersion,
)
from bedrock_doctor.collect.iam_store import IamStore, account_of, tags_of
from bedrock_doctor.collect.manifest import Manifest
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.collect.read_authorization_details import (
    missing_details,
    read_authorization_details,
)
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import IamEntity


def read_iam(reading: Reading, manifest: Manifest) -> tuple[IamStore, dict[str, list[Missing]]]:
    """Reads IAM of all accounts.

    Returns:
        The store, and what is missing of each account as a whole.
    """
    store = IamStore(manifest)
    missing: dict[str, list[Missing]] = {}
    folders = reading.tree.folders("accounts")
    for folder in folders:
        _ManagedPolicies(reading, store, folder).read()
    absences = {folder: read_authorization_details(reading, store, folder) for folder in folders}
    for folder in folders:
        gaps = missing.setdefault(folder, [])
        for kind in ("group", "role", "user"):
            for name in reading.tree.folders("accounts", folder, "iam", kind + "s"):
                gap = _SingleReads(reading, store, folder, kind, name).read()
                if gap:
                    gaps.append(gap)
        absence = absences[folder]
        if absence in (Absence.MALFORMED, Absence.UNREADABLE):
            gaps.append(missing_details(folder, absence))
    return store, missing


class _ManagedPolicies:
    """The files of ``iam/policies/``, each with GetPolicy's and GetPolicyVersion's answers."""

    def __init__(self, reading: Reading, store: IamStore, folder: str) -> None:
        self.reading = reading
        self.store = store
        self.folder = folder

    def read(self) -> None:
        """Puts every readable default version into the store."""
        place = ("accounts", self.folder, "iam", "policies")
        for name in self.reading.tree.files(*place):
            unknown = f"managed policy `{name}`"
            outputs = self.reading.outputs(*place, name, kind=PolicyFile, unknown=unknown)
            if not isinstance(outputs, Absence):
                self._policy(outputs, unknown)

    def _policy(self, outputs: Sequence[Output[PolicyFile]], unknown: str) -> None:
        summaries = [output.value.Policy for output in outputs if output.value.Policy]
        versions = [output for output in outputs if output.value.PolicyVersion]
        if len(summaries) != 1 or len(versions) != 1:
            self._refuse(outputs[0], "the file does not hold one policy with one version", unknown)
            return
        summary, output = summaries[0], versions[0]
        version = output.value.PolicyVersion
        if version is None or not isinstance(version.Document, msgspec.Raw):
            self._refuse(output, f"the version of `{summary.Arn}` has no document", unknown)
            self.store.broken_policies.add(summary.Arn)
        elif not _is_default(version, summary.DefaultVersionId):
            self._refuse(
                output,
                f"version `{version.VersionId}` of `{summary.Arn}` is not the default version",
                unknown,
            )
        else:
            self.store.policies[summary.Arn] = cache(
                partial(policy_source, version.Document, output, "PolicyVersion", "Document")
            )

    def _refuse(self, output: Output[PolicyFile], message: str, unknown: str) -> None:
        self.reading.report(
            output.text,
            Malformed(
                message,
                output.text.position(output.place[0]),
                "the outputs of get-policy and get-policy-version for the default version",
            ),
            unknown,
        )


def _is_default(version: PolicyVersion, default: str) -> bool:
    if default and version.VersionId:
        return version.VersionId == default
    return version.IsDefaultVersion


class _SingleReads:
    """The folder of one role, user or group."""

    def __init__(
        self, reading: Reading, store: IamStore, folder: str, kind: str, name: str
    ) -> None:
        self.reading = reading
        self.store = store
        self.kind = kind
        self.name = name
        self.account = folder
        self.place = ("accounts", folder, "iam", kind + "s", name)

    def read(self) -> Missing | None:
        """Puts the entity into the store, unless it is there.

        Returns:
            The Missing for a role or user that itself was not read.
        """
        match self.kind:
            case "role":
                return self._role()
            case "user":
                return self._user()
        self._group()
        return None

    def _role(self) -> Missing | None:
        output = self.reading.single(*self.place, "get-role", kind=GetRole, unknown=self._unknown)
        if isinstance(output, Absence):
            self._policies("")
            return self.store.missing_entity("role", self.name, self.account, output)
        role = output.value.Role
        self._identify(role.Arn, role.RoleName)
        policies = self._policies(role.Arn)
        trust = PolicyRef(PolicyKind.TRUST, role.RoleName, self.account, "", role.Arn)
        source = policy_source(
            role.AssumeRolePolicyDocument, output, "Role", "AssumeRolePolicyDocument"
        )

        def build() -> IamEntity:
            return IamEntity(
                role.Arn,
                role.RoleName,
                role.RoleId,
                policies(),
                self._boundary(role.PermissionsBoundary, role.Arn),
                PolicyDocument(trust, source),
                tags_of(role.Tags),
                role.MaxSessionDuration,
            )

        self.store.roles.setdefault(self.account, {}).setdefault(role.RoleName, build)
        return None

    def _user(self) -> Missing | None:
        output = self.reading.single(*self.place, "get-user", kind=GetUser, unknown=self._unknown)
        groups = self._groups()
        if isinstance(output, Absence):
            self._policies("")
            return self.store.missing_entity("user", self.name, self.account, output)
        user = output.value.User
        self._identify(user.Arn, user.UserName)
        policies = self._policies(user.Arn)

        def build() -> IamEntity:
            return IamEntity(
                user.Arn,
                user.UserName,
                user.UserId,
                (*policies(), *groups()),
                self._boundary(user.PermissionsBoundary, user.Arn),
                None,
                tags_of(user.Tags),
            )

        self.store.users.setdefault(self.account, {}).setdefault(user.UserName, build)
        return None

    def _group(self) -> None:
        output = self.reading.single(
            *self.place, "get-group", kind=_GetGroup, unknown=self._unknown
        )
        arn = ""
        if not isinstance(output, Absence):
            arn = output.value.Group.Arn
            self._identify(arn, output.value.Group.GroupName)
        self.store.groups.setdefault((self.account, self.name), self._policies(arn))

    def _identify(self, arn: str, name: str) -> None:
        """The content decides over the names of the folders."""
        self.account = account_of(arn) or self.account
        self.name = name

    @property
    def _unknown(self) -> str:
        return f"{self.kind} `{self.name}`"

    def _groups(self) -> Callable[[], tuple[Readable, ...]]:
        pages = self.reading.pages(
            *self.place,
            "list-groups-for-user",
            kind=Groups,
            unknown=f"groups of user `{self.name}`",
        )
        call, what = "iam:ListGroupsForUser", "groups"
        if isinstance(pages, Absence):
            gap = self.store.missing_list(call, what, "user", self.name, self.account, pages)
            return lambda: (gap,)
        names = [group.GroupName for page in pages for group in page.value.Groups]
        rest = self._rest(pages[-1].value.has_more, call, what)
        return lambda: (
            *(p for name in names for p in self.store.group(name, self.account)),
            *rest,
        )

    def _policies(self, holder: str) -> Callable[[], tuple[Readable, ...]]:
        """Inline and attached policies, with a Missing for each that was not collected."""
        inline = self._inline(holder)
        call = f"iam:ListAttached{self.kind.capitalize()}Policies"
        what = f"managed policies of {self.kind} `{self.name}`"
        pages = self.reading.pages(
            *self.place,
            f"list-attached-{self.kind}-policies",
            kind=AttachedPolicies,
            unknown=what,
        )
        if isinstance(pages, Absence):
            gap = self.store.missing_list(
                call, "managed policies", self.kind, self.name, self.account, pages
            )
            return lambda: (*inline, gap)
        attached = [policy for page in pages for policy in page.value.AttachedPolicies]
        rest = self._rest(pages[-1].value.has_more, call, "managed policies")
        return lambda: (
            *inline,
            *(self.store.managed(policy, holder, self.account) for policy in attached),
            *rest,
        )

    def _inline(self, holder: str) -> tuple[Readable, ...]:
        found = self._inline_documents(holder)
        call = f"iam:List{self.kind.capitalize()}Policies"
        pages = self.reading.pages(
            *self.place,
            f"list-{self.kind}-policies",
            kind=PolicyNames,
            unknown=f"inline policies of {self.kind} `{self.name}`",
        )
        if isinstance(pages, Absence):
            gap = self.store.missing_list(
                call, "inline policies", self.kind, self.name, self.account, pages
            )
            return (*(p for p in found.values() if isinstance(p, PolicyDocument)), gap)
        has_more = pages[-1].value.has_more
        names = dict.fromkeys(name for page in pages for name in page.value.PolicyNames)
        if has_more:
            names |= dict.fromkeys(found)
        listed = (
            found.get(name)
            or self.store.missing_inline(
                self.kind, self.name, name, self.account, Absence.NOT_COLLECTED
            )
            for name in names
        )
        return (*listed, *self._rest(has_more, call, "inline policies"))

    def _inline_documents(self, holder: str) -> dict[str, Readable]:
        call = f"get-{self.kind}-policy"
        found: dict[str, Readable] = {}
        for name in self.reading.tree.files(*self.place, call):
            output = self.reading.single(
                *self.place,
                call,
                name,
                kind=InlinePolicy,
                unknown=f"inline policy `{name}` of {self.kind} `{self.name}`",
            )
            if isinstance(output, Absence):
                found[name] = self.store.missing_inline(
                    self.kind, self.name, name, self.account, output
                )
                continue
            policy = output.value
            ref = PolicyRef(PolicyKind.INLINE, policy.PolicyName, self.account, "", holder)
            source = policy_source(policy.PolicyDocument, output, "PolicyDocument")
            found[policy.PolicyName] = PolicyDocument(ref, source)
        return found

    def _rest(self, has_more: bool, call: str, what: str) -> tuple[Missing, ...]:
        """What stands on pages that were not collected."""
        if not has_more:
            return ()
        return (
            self.store.missing_list(call, f"further {what}", self.kind, self.name, self.account),
        )

    def _boundary(self, boundary: PermissionsBoundary | None, arn: str) -> Readable | None:
        if boundary is None:
            return None
        return self.store.boundary(boundary.PermissionsBoundaryArn, arn, self.account)


class _GroupName(msgspec.Struct):
    GroupName: str
    Arn: str


class _GetGroup(msgspec.Struct):
    Group: _GroupName
