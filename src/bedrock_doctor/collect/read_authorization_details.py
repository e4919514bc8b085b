"""Output of GetAccountAuthorizationDetails: all of an account's IAM at once.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TypeVar

import msgspec

from bedrock_doctor.collect.aws_json import Output, Page, decode_output
from bedrock_doctor.collect.file_text import Malformed
from bedrock_doctor.collect.iam_shapes import (
    AttachedPolicy,
    EntityName,
    GroupDetail,
    InlinePolicy,
    PermissionsBoundary,
    PolicyDetail,
    RoleDetail,
    UserDetail,
)
from bedrock_doctor.collect.iam_store import IamStore, account_of, tags_of
from bedrock_doctor.collect.json_offsets import DuplicateKey, elements, members
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import FileProblem, IamEntity

T = TypeVar("T", RoleDetail, UserDetail, GroupDetail, PolicyDetail)

CALL = "iam:GetAccountAuthorizationDetails"
COMMAND = "aws iam get-account-authorization-details"
_FILE = "get-account-authorization-details"
_LISTS = ("RoleDetailList", "UserDetailList", "GroupDetailList", "Policies")


class AuthorizationPage(Page, kw_only=True):
    """One page; the lists are decoded entry by entry."""

    RoleDetailList: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    UserDetailList: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    GroupDetailList: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    Policies: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def read_authorization_details(reading: Reading, store: IamStore, folder: str) -> Absence | None:
    """Reads the file of the account whose folder is named `folder`.

    Returns:
        None when all of it was read; else why it, or a part of it, is missing.
    """
    unknown = f"roles, users and policies of account {folder}"
    pages = reading.pages("accounts", folder, "iam", _FILE, kind=AuthorizationPage, unknown=unknown)
    if isinstance(pages, Absence):
        return pages
    return _Details(reading, store, folder, unknown).read(pages)


class _Details:
    """The reading of one account's file."""

    def __init__(self, reading: Reading, store: IamStore, folder: str, unknown: str) -> None:
        self.reading = reading
        self.store = store
        self.folder = folder
        self.unknown = unknown
        self.whole = True
        self.accounts: set[str] = set()
        self.attachments = 0

    def read(self, pages: Sequence[Output[AuthorizationPage]]) -> Absence | None:
        """Reads all pages into the store."""
        sections = self._sections(pages)
        if sections is None:
            return Absence.MALFORMED
        listed = {name: entries for name, entries in sections.items() if entries is not None}
        policies = self._decoded(listed.get("Policies", []), PolicyDetail)
        for policy in policies:
            self._policy(policy)
        for group in self._decoded(listed.get("GroupDetailList", []), GroupDetail):
            self._group(group)
        for role in self._decoded(listed.get("RoleDetailList", []), RoleDetail):
            self._role(role)
        for user in self._decoded(listed.get("UserDetailList", []), UserDetail):
            self._user(user)
        return self._completeness(pages, len(listed) == len(_LISTS), bool(policies))

    def _completeness(
        self, pages: Sequence[Output[AuthorizationPage]], all_lists: bool, any_policy: bool
    ) -> Absence | None:
        path = pages[-1].text.path
        if self.accounts - {self.folder}:
            others = ", ".join(sorted(self.accounts))
            self.reading.problem(
                FileProblem(
                    path, None, f"the file holds account {others}, its folder says {self.folder}"
                )
            )
        if pages[-1].value.has_more or len(self.accounts) > 1:
            return Absence.NOT_COLLECTED
        if not all_lists or (self.attachments and not any_policy):
            # `--filter Role` and its like leave the other kinds out, as empty lists.
            self.reading.problem(
                FileProblem(
                    path,
                    None,
                    "the output describes no managed policy, although some are attached"
                    if all_lists
                    else "the output lacks a list",
                    "the output of a call without --filter",
                    f"whether account {self.folder} holds more than what the file describes",
                )
            )
            return Absence.NOT_COLLECTED
        if not self.whole:
            return Absence.MALFORMED
        self.store.complete.update(self.accounts or {self.folder})
        return None

    def _sections(
        self, pages: Sequence[Output[AuthorizationPage]]
    ) -> dict[str, list[Output[msgspec.Raw]] | None] | None:
        """The entries of each list; None for a list that no page has; None if no page is usable."""
        sections: dict[str, list[Output[msgspec.Raw]] | None] = dict.fromkeys(_LISTS)
        for page in pages:
            data = page.text.data
            try:
                places = members(data, page.place)
                for name in _LISTS:
                    if name in places:
                        entries = [
                            Output(msgspec.Raw(), page.text, place)
                            for place in elements(data, places[name])
                        ]
                        sections[name] = (sections[name] or []) + entries
            except (msgspec.DecodeError, DuplicateKey):
                self.reading.report(
                    page.text,
                    Malformed(
                        "the file is no output of GetAccountAuthorizationDetails",
                        page.text.position(page.place[0]),
                        "an object with RoleDetailList, UserDetailList, GroupDetailList, Policies",
                    ),
                    self.unknown,
                )
                return None
        if all(entries is None for entries in sections.values()):
            self.reading.report(
                pages[0].text,
                Malformed(
                    "the output holds none of the lists of GetAccountAuthorizationDetails",
                    pages[0].text.position(pages[0].place[0]),
                    "an object with RoleDetailList, UserDetailList, GroupDetailList, Policies",
                ),
                self.unknown,
            )
            return None
        return sections

    def _decoded(self, entries: Sequence[Output[msgspec.Raw]], kind: type[T]) -> list[Output[T]]:
        """The entries that have the right shape, the last of each ARN."""
        found: dict[str, Output[T]] = {}
        for entry in entries:
            try:
                output = decode_output(entry.text, entry.place, kind)
            except Malformed as failure:
                self.whole = False
                self.reading.report(entry.text, failure, self.unknown)
                self._broken(entry, kind)
                continue
            other = found.get(output.value.Arn)
            if other and _bytes(other) != _bytes(output):
                self.reading.report(
                    entry.text,
                    Malformed(
                        f"`{output.value.Arn}` is described twice, and differently; "
                        "the later description is used",
                        entry.text.position(entry.place[0]),
                    ),
                    "",
                )
            found[output.value.Arn] = output
        return list(found.values())

    def _broken(self, entry: Output[msgspec.Raw], kind: type[T]) -> None:
        """An entity whose name can be read exists, with everything about it missing."""
        try:
            name = decode_output(entry.text, entry.place, EntityName).value
        except Malformed:
            return
        account = account_of(name.Arn) or self.folder
        build = partial(_unreadable_entity, name, account, entry.text.path)
        if kind is PolicyDetail:
            self.store.broken_policies.add(name.Arn)
        elif kind is GroupDetail and name.name:
            missing = (_missing_part(f"policies of group `{name.name}`", account, entry.text.path),)
            self.store.groups[account, name.name] = lambda: missing
        elif kind is RoleDetail and name.name:
            self.store.roles.setdefault(account, {})[name.name] = build
        elif kind is UserDetail and name.name:
            self.store.users.setdefault(account, {})[name.name] = build

    def _policy(self, output: Output[PolicyDetail]) -> None:
        for index, version in enumerate(output.value.PolicyVersionList):
            default = version.IsDefaultVersion or (
                version.VersionId and version.VersionId == output.value.DefaultVersionId
            )
            if default and isinstance(version.Document, msgspec.Raw):
                pointer = ("PolicyVersionList", index, "Document")
                self.store.policies[output.value.Arn] = cache(
                    partial(policy_source, version.Document, output, *pointer)
                )

    def _group(self, output: Output[GroupDetail]) -> None:
        group = output.value
        account = self._account(group.Arn)
        self.attachments += len(group.AttachedManagedPolicies)
        self.store.groups[account, group.GroupName] = cache(
            partial(
                self._policies,
                output,
                group.Arn,
                account,
                ("GroupPolicyList", group.GroupPolicyList),
                group.AttachedManagedPolicies,
            )
        )

    def _role(self, output: Output[RoleDetail]) -> None:
        role = output.value
        account = self._account(role.Arn)
        self.attachments += len(role.AttachedManagedPolicies)

        def build() -> IamEntity:
            trust = PolicyRef(PolicyKind.TRUST, role.RoleName, account, "", role.Arn)
            return IamEntity(
                role.Arn,
                role.RoleName,
                role.RoleId,
                self._policies(
                    output,
                    role.Arn,
                    account,
                    ("RolePolicyList", role.RolePolicyList),
                    role.AttachedManagedPolicies,
                ),
                self._boundary(role.PermissionsBoundary, role.Arn, account),
                PolicyDocument(
                    trust,
                    policy_source(
                        role.AssumeRolePolicyDocument, output, "AssumeRolePolicyDocument"
                    ),
                ),
                tags_of(role.Tags),
            )

        self.store.roles.setdefault(account, {})[role.RoleName] = build

    def _user(self, output: Output[UserDetail]) -> None:
        user = output.value
        account = self._account(user.Arn)
        self.attachments += len(user.AttachedManagedPolicies)

        def build() -> IamEntity:
            own = self._policies(
                output,
                user.Arn,
                account,
                ("UserPolicyList", user.UserPolicyList),
                user.AttachedManagedPolicies,
            )
            groups = (p for name in user.GroupList for p in self.store.group(name, account))
            return IamEntity(
                user.Arn,
                user.UserName,
                user.UserId,
                (*own, *groups),
                self._boundary(user.PermissionsBoundary, user.Arn, account),
                None,
                tags_of(user.Tags),
            )

        self.store.users.setdefault(account, {})[user.UserName] = build

    def _account(self, arn: str) -> str:
        account = account_of(arn) or self.folder
        self.accounts.add(account)
        return account

    def _boundary(
        self, boundary: PermissionsBoundary | None, arn: str, account: str
    ) -> Readable | None:
        return (
            self.store.boundary(boundary.PermissionsBoundaryArn, arn, account) if boundary else None
        )

    def _policies(
        self,
        output: Output[object],
        holder: str,
        account: str,
        inline: tuple[str, Sequence[InlinePolicy]],
        attached: Sequence[AttachedPolicy],
    ) -> tuple[Readable, ...]:
        key, policies = inline
        documents = [
            PolicyDocument(
                PolicyRef(PolicyKind.INLINE, policy.PolicyName, account, "", holder),
                policy_source(policy.PolicyDocument, output, key, index, "PolicyDocument"),
            )
            for index, policy in enumerate(policies)
        ]
        return (*documents, *(self.store.managed(p, holder, account) for p in attached))


def missing_details(account: str, absence: Absence, code: str = "") -> Missing:
    """The value for an account of which the call was not, or not fully, collected."""
    return Missing(
        f"roles, users and policies of account {account}",
        CALL,
        account,
        "",
        absence,
        code,
        COMMAND,
        f"accounts/{account}/iam/{_FILE}.json",
    )


def _missing_part(what: str, account: str, path: str) -> Missing:
    return Missing(what, CALL, account, "", Absence.MALFORMED, "", COMMAND, path)


def _unreadable_entity(name: EntityName, account: str, path: str) -> IamEntity:
    """An entity of which only the name could be read: whatever may bind it is missing."""
    kind = "role" if name.RoleName else "user"
    return IamEntity(
        name.Arn,
        name.name,
        "",
        (_missing_part(f"policies of {kind} `{name.name}`", account, path),),
        _missing_part(f"permissions boundary of {kind} `{name.name}`", account, path),
        _missing_part(f"trust policy of role `{name.name}`", account, path)
        if kind == "role"
        else None,
    )


def _bytes(output: Output[T]) -> bytes:
    start, end = output.place
    return output.text.data[start:end]
