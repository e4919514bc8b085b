"""Shapes of IAM outputs, as far as they are read.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType

from bedrock_doctor.collect.aws_json import Page


class Tag(Struct):
    """A tag."""

    Key: str
    Value: str


class AttachedPolicy(Struct, frozen=True):
    """A managed policy attached to something."""

    PolicyArn: str
    PolicyName: str = ""


class PermissionsBoundary(Struct):
    """A permissions boundary."""

    PermissionsBoundaryArn: str


class InlinePolicy(Struct):
    """An inline policy. GetRolePolicy and its like answer in the same shape."""

    PolicyName: str
    PolicyDocument: Raw


class EntityName(Struct):
    """The least that tells which entity it is."""

    Arn: str
    RoleName: str = ""
    UserName: str = ""
    GroupName: str = ""

    @property
    def name(self) -> str:
        """The name without path."""
        return self.RoleName or self.UserName or self.GroupName


class RoleDetail(Struct):
    """A role of GetAccountAuthorizationDetails."""

    RoleName: str
    Arn: str
    AssumeRolePolicyDocument: Raw
    RolePolicyList: list[InlinePolicy]
    AttachedManagedPolicies: list[AttachedPolicy]
    RoleId: str = ""
    PermissionsBoundary: PermissionsBoundary | None = None
    Tags: list[Tag] = []


class UserDetail(Struct):
    """A user of GetAccountAuthorizationDetails. AWS leaves empty lists of inline policies out."""

    UserName: str
    Arn: str
    GroupList: list[str]
    AttachedManagedPolicies: list[AttachedPolicy]
    UserId: str = ""
    UserPolicyList: list[InlinePolicy] = []
    PermissionsBoundary: PermissionsBoundary | None = None
    Tags: list[Tag] = []


class GroupDetail(Struct):
    """A group of GetAccountAuthorizationDetails."""

    GroupName: str
    Arn: str
    GroupPolicyList: list[InlinePolicy]
    AttachedManagedPolicies: list[AttachedPolicy]


class PolicyVersion(Struct):
    """A version of a managed policy."""

    Document: Raw | UnsetType = UNSET
    VersionId: str = ""
    IsDefaultVersion: bool = False


class PolicyDetail(Struct):
    """A managed policy of GetAccountAuthorizationDetails."""

    Arn: str
    DefaultVersionId: str = ""
    PolicyVersionList: list[PolicyVersion] = []


class Role(Struct):
    """A role of GetRole, which leaves out what the role does not have."""

    RoleName: str
    Arn: str
    AssumeRolePolicyDocument: Raw
    RoleId: str = ""
    MaxSessionDuration: int | None = None
    PermissionsBoundary: PermissionsBoundary | None = None
    Tags: list[Tag] = []


class GetRole(Struct):
    """Output of GetRole."""

    Role: Role


class User(Struct):
    """A user of GetUser, which leaves out what the user does not have."""

    UserName: str
    Arn: str
    UserId: str = ""
    PermissionsBoundary: PermissionsBoundary | None = None
    Tags: list[Tag] = []


class GetUser(Struct):
    """Output of GetUser."""

    User: User


class AttachedPolicies(Page, kw_only=True):
    """Output of ListAttachedRolePolicies and its like."""

    AttachedPolicies: list[AttachedPolicy]


class PolicyNames(Page, kw_only=True):
    """Output of ListRolePolicies and its like."""

    PolicyNames: list[str]


class GroupOfUser(Struct):
    """A group of ListGroupsForUser."""

    GroupName: str
    Arn: str = ""


class Groups(Page, kw_only=True):
    """Output of ListGroupsForUser."""

    Groups: list[GroupOfUser]


class PolicySummary(Struct):
    """A managed policy of GetPolicy."""

    Arn: str
    DefaultVersionId: str = ""


class PolicyFile(Struct):
    """Output of GetPolicy, of GetPolicyVersion, or both in one object."""

    Policy: PolicySummary | None = None
    PolicyVersion: PolicyVersion | None = None
