"""Shapes of AWS Organizations outputs, as far as they are read.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from msgspec import Raw, Struct

from bedrock_doctor.collect.aws_json import Page


class OrganizationDetail(Struct):
    """An organization."""

    Id: str
    MasterAccountId: str = ""
    FeatureSet: str = ""


class DescribeOrganization(Struct):
    """Output of DescribeOrganization."""

    Organization: OrganizationDetail


class PolicyType(Struct):
    """A policy type of a root."""

    Type: str


class Root(Struct):
    """A root."""

    Id: str
    PolicyTypes: list[PolicyType]
    Name: str = ""


class ListRoots(Page, kw_only=True):
    """Output of ListRoots."""

    Roots: list[Root]


class Member(Struct):
    """An account of the organization."""

    Id: str
    Name: str = ""
    Paths: list[str] = []


class ListAccounts(Page, kw_only=True):
    """Output of ListAccounts."""

    Accounts: list[Member]


class Parent(Struct):
    """The parent of an account or unit."""

    Id: str


class ListParents(Page, kw_only=True):
    """Output of ListParents."""

    Parents: list[Parent]


class Unit(Struct):
    """An organizational unit."""

    Id: str
    Name: str = ""


class DescribeUnit(Struct):
    """Output of DescribeOrganizationalUnit."""

    OrganizationalUnit: Unit


class ListUnits(Page, kw_only=True):
    """Output of ListOrganizationalUnitsForParent."""

    OrganizationalUnits: list[Unit]


class PolicySummary(Struct):
    """An organization policy."""

    Id: str
    Arn: str = ""
    Name: str = ""
    Type: str = ""


class ListPoliciesForTarget(Page, kw_only=True):
    """Output of ListPoliciesForTarget."""

    Policies: list[PolicySummary]


class OrganizationPolicy(Struct):
    """A policy with its content."""

    PolicySummary: PolicySummary
    Content: Raw


class DescribePolicy(Struct):
    """Output of DescribePolicy."""

    Policy: OrganizationPolicy


class EffectivePolicyDetail(Struct):
    """An effective management policy."""

    PolicyContent: Raw
    TargetId: str = ""


class DescribeEffectivePolicy(Struct):
    """Output of DescribeEffectivePolicy."""

    EffectivePolicy: EffectivePolicyDetail
