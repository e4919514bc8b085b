"""Organizations: hierarchy, service control policies, resource control policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.snapshot import Organization
from tests.collect.worlds import (
    MANAGEMENT,
    MANIFEST,
    SOURCE,
    TARGET,
    load,
    policy,
    scp,
    write_directory,
)

DESCRIBED = {
    "Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": MANAGEMENT, "FeatureSet": "ALL"}
}
ROOT = {"Id": "r-ab12", "Name": "Root", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY"}]}
UNIT = "ou-ab12-11111111"
FENCE = {
    "Policy": {
        "PolicySummary": scp("p-fence", "Fence"),
        "Content": json.dumps(policy("bedrock:*"), indent=2),
    }
}


def organization(root: Path, files: dict[str, Any]) -> Organization:
    """The one organization of these files, which stand in ``organization/``."""
    snapshot = load(root, {"organization/" + name: value for name, value in files.items()})
    assert len(snapshot.organizations) == 1
    return snapshot.organizations[0]


def attached_to(target: str, *policies: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The list of SCPs of one target."""
    name = f"list-policies-for-target/{target}/SERVICE_CONTROL_POLICY.json"
    return {name: {"Policies": list(policies), **members}}


def test_the_hierarchy_is_read_from_its_lists(tmp_path: Path) -> None:
    """AWS-documented: DescribeOrganization, ListRoots, ListAccounts, ListParents."""
    found = organization(
        tmp_path,
        {
            "describe-organization.json": DESCRIBED,
            "list-roots.json": {"Roots": [ROOT]},
            "list-accounts.json": {"Accounts": [{"Id": SOURCE, "Name": "apps"}]},
            f"list-parents/{SOURCE}.json": {"Parents": [{"Id": UNIT, "Type": "X"}]},
            f"list-parents/{UNIT}.json": {"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]},
            f"describe-organizational-unit/{UNIT}.json": {
                "OrganizationalUnit": {"Id": UNIT, "Name": "Workloads"}
            },
        },
    )
    assert (found.id, found.management_account, found.feature_set) == (
        "o-a1b2c3d4e5",
        MANAGEMENT,
        "ALL",
    )
    assert found.policy_types == {"SERVICE_CONTROL_POLICY"}
    assert (found.members, found.members_complete) == ({SOURCE: "apps"}, True)
    assert found.chain(SOURCE) == (("r-ab12", UNIT, SOURCE), True)
    assert found.names == {"r-ab12": "Root", UNIT: "Workloads"}


@pytest.mark.parametrize(
    "files",
    [
        {
            "list-accounts.json": {
                "Accounts": [{"Id": SOURCE, "Paths": [f"o-a1b2c3d4e5/r-ab12/{UNIT}/{SOURCE}/"]}]
            }
        },
        {
            f"list-parents/{SOURCE}.json": {"Parents": [{"Id": UNIT}]},
            "list-organizational-units-for-parent/r-ab12.json": {
                "OrganizationalUnits": [{"Id": UNIT, "Name": "Workloads"}]
            },
        },
    ],
    ids=["paths", "units for parent"],
)
def test_parents_are_also_known_from_other_lists(tmp_path: Path, files: dict[str, Any]) -> None:
    """AWS-documented: accounts carry their paths, ListOrganizationalUnitsForParent names units."""
    assert organization(tmp_path, files).chain(SOURCE) == (("r-ab12", UNIT, SOURCE), True)


def test_what_was_not_collected_is_not_known(tmp_path: Path) -> None:
    """Our choice: an absent list is neither empty nor complete."""
    found = organization(tmp_path, {"describe-organization.json": DESCRIBED})
    assert (found.policy_types, found.members_complete, found.scps, found.missing) == (
        None,
        False,
        {},
        (),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("list-roots.json", {"Roots": [ROOT], "NextToken": "x"}),
        ("list-accounts.json", {"Accounts": [{"Id": SOURCE}], "NextToken": "x"}),
    ],
)
def test_lists_cut_short_are_not_complete(tmp_path: Path, name: str, value: Any) -> None:
    """AWS-documented: NextToken says that more follows."""
    found = organization(tmp_path, {name: value})
    assert (found.policy_types, found.members_complete) == (None, False)


def test_attached_policies_carry_their_content(tmp_path: Path) -> None:
    """AWS-documented: ListPoliciesForTarget names them, DescribePolicy tells the content."""
    found = organization(
        tmp_path,
        {
            "describe-organization.json": DESCRIBED,
            **attached_to(UNIT, scp("p-fence", "Fence")),
            "describe-policy/p-fence.json": FENCE,
        },
    )
    (document,) = found.scps[UNIT]
    assert isinstance(document, PolicyDocument)
    assert json.loads(document.source.text) == policy("bedrock:*")
    assert (document.source.path, document.source.verbatim) == (
        "organization/describe-policy/p-fence.json",
        False,
    )
    ref = document.ref
    assert (ref.kind, ref.name, ref.title, ref.account, ref.holder) == (
        PolicyKind.SCP,
        "p-fence",
        "Fence",
        MANAGEMENT,
        UNIT,
    )
    assert found.rcps == {}


def test_the_owner_of_a_policy_is_in_its_arn(tmp_path: Path) -> None:
    """AWS-documented: ARNs of organization policies name the management account."""
    found = organization(
        tmp_path,
        attached_to(UNIT, scp("p-fence", "Fence")) | {"describe-policy/p-fence.json": FENCE},
    )
    (document,) = found.scps[UNIT]
    assert isinstance(document, PolicyDocument)
    assert document.ref.account == MANAGEMENT


@pytest.mark.parametrize(
    ("id", "kind", "policy_kind"),
    [
        ("p-FullAWSAccess", "SERVICE_CONTROL_POLICY", PolicyKind.SCP),
        ("p-RCPFullAWSAccess", "RESOURCE_CONTROL_POLICY", PolicyKind.RCP),
    ],
)
def test_policies_of_aws_need_no_file(
    tmp_path: Path, id: str, kind: str, policy_kind: PolicyKind
) -> None:
    """AWS-documented: both allow everything and cannot be changed."""
    name = f"list-policies-for-target/r-ab12/{kind}.json"
    found = organization(tmp_path, {name: {"Policies": [scp(id, id[2:], kind)]}})
    targets = found.scps if policy_kind is PolicyKind.SCP else found.rcps
    (document,) = targets["r-ab12"]
    assert isinstance(document, PolicyDocument)
    assert (document.ref.kind, document.source.path) == (policy_kind, None)
    parsed = parse_policy(document)
    assert parsed.problems == ()
    assert [(s.effect.value, s.action.values[0].value) for s in parsed.statements] == [
        ("Allow", "*")
    ]


def test_the_content_decides_whether_a_list_is_of_scps_or_rcps(tmp_path: Path) -> None:
    """CONTRACTS: where content and name disagree the content decides."""
    found = organization(
        tmp_path,
        attached_to("r-ab12", scp("p-RCPFullAWSAccess", "x", "RESOURCE_CONTROL_POLICY")),
    )
    assert (list(found.scps), list(found.rcps)) == ([], ["r-ab12"])


def test_a_target_without_policies_has_an_empty_list(tmp_path: Path) -> None:
    """Our choice: that is a certain answer, unlike a target that was not collected."""
    assert organization(tmp_path, attached_to(UNIT)).scps == {UNIT: ()}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            attached_to(UNIT, scp("p-fence", "Fence")),
            Missing(
                "content of organization policy `Fence`",
                "organizations:DescribePolicy",
                MANAGEMENT,
                command="aws organizations describe-policy --policy-id p-fence",
                path="organization/describe-policy/p-fence.json",
            ),
        ),
        (
            {**attached_to(UNIT, scp("p-fence", "Fence")), "describe-policy/p-fence.json": "{"},
            Missing(
                "content of organization policy `p-fence`",
                "organizations:DescribePolicy",
                MANAGEMENT,
                absence=Absence.MALFORMED,
                command="aws organizations describe-policy --policy-id p-fence",
                path="organization/describe-policy/p-fence.json",
            ),
        ),
        (
            {f"list-policies-for-target/{UNIT}/SERVICE_CONTROL_POLICY.json": "{"},
            Missing(
                f"SCPs attached to {UNIT}",
                "organizations:ListPoliciesForTarget",
                MANAGEMENT,
                absence=Absence.MALFORMED,
                command=f"aws organizations list-policies-for-target --target-id {UNIT} "
                "--filter SERVICE_CONTROL_POLICY",
                path=f"organization/list-policies-for-target/{UNIT}/SERVICE_CONTROL_POLICY.json",
            ),
        ),
        (
            attached_to(UNIT, NextToken="x"),
            Missing(
                f"further SCPs attached to {UNIT}",
                "organizations:ListPoliciesForTarget",
                MANAGEMENT,
                command=f"aws organizations list-policies-for-target --target-id {UNIT} "
                "--filter SERVICE_CONTROL_POLICY",
                path=f"organization/list-policies-for-target/{UNIT}/SERVICE_CONTROL_POLICY.json",
            ),
        ),
    ],
    ids=["no content", "bad content", "bad list", "page missing"],
)
def test_a_level_with_a_gap_says_so(
    tmp_path: Path, files: dict[str, Any], expected: Missing
) -> None:
    """Our choice: a policy or list that was not read is a gap with its command."""
    found = organization(tmp_path, {"describe-organization.json": DESCRIBED, **files})
    assert found.scps[UNIT] == (expected,)


def test_a_broken_copy_of_a_policy_of_aws_is_not_papered_over(tmp_path: Path) -> None:
    """Our choice: what was collected and cannot be read stays malformed."""
    files = {
        **attached_to(UNIT, scp("p-FullAWSAccess", "FullAWSAccess")),
        "describe-policy/p-FullAWSAccess.json": "{",
    }
    (document,) = organization(tmp_path, files).scps[UNIT]
    assert isinstance(document, Missing)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("describe-organization", "organizations:DescribeOrganization"),
        ("list-roots", "organizations:ListRoots"),
        ("list-accounts", "organizations:ListAccounts"),
        (f"list-parents/{UNIT}", "organizations:ListParents"),
        (
            f"describe-effective-policy/{TARGET}/BEDROCK_POLICY",
            "organizations:DescribeEffectivePolicy",
        ),
    ],
)
def test_a_broken_file_is_missing(tmp_path: Path, name: str, call: str) -> None:
    """Our choice: a malformed file is recorded with its path."""
    found = organization(tmp_path, {f"{name}.json": "{"})
    assert [(m.call, m.absence, m.path) for m in found.missing] == [
        (call, Absence.MALFORMED, f"organization/{name}.json")
    ]


@pytest.mark.parametrize(
    "name", [f"describe-organizational-unit/{UNIT}", "list-organizational-units-for-parent/r-ab12"]
)
def test_names_of_units_are_no_evidence(tmp_path: Path, name: str) -> None:
    """Our choice: a broken file of names is a problem, and nothing depends on it."""
    snapshot = load(tmp_path, {f"organization/{name}.json": "{"})
    assert snapshot.organizations[0].missing == ()
    assert len(snapshot.problems) == 1


def test_the_effective_bedrock_policy_is_kept_as_text(tmp_path: Path) -> None:
    """AWS-documented: DescribeEffectivePolicy with type BEDROCK_POLICY."""
    text = '{"bedrock": {}}'
    found = organization(
        tmp_path,
        {
            "describe-effective-policy/renamed/BEDROCK_POLICY.json": {
                "EffectivePolicy": {"PolicyContent": text, "TargetId": TARGET}
            }
        },
    )
    assert found.bedrock_policies == {TARGET: text}


def test_several_organizations_stay_apart(tmp_path: Path) -> None:
    """CONTRACTS: organizations/<id>/ where a snapshot spans several; the content tells the id."""
    other = {"Organization": {"Id": "o-zzzzzzzzzz", "MasterAccountId": TARGET}}
    snapshot = load(
        tmp_path,
        {
            "organizations/first/describe-organization.json": DESCRIBED,
            f"organizations/first/list-parents/{SOURCE}.json": {"Parents": [{"Id": "r-ab12"}]},
            "organizations/o-zzzzzzzzzz/describe-organization.json": other,
        },
    )
    assert [(o.id, dict(o.parents)) for o in snapshot.organizations] == [
        ("o-a1b2c3d4e5", {SOURCE: "r-ab12"}),
        ("o-zzzzzzzzzz", {}),
    ]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"describe-organization.json": DESCRIBED}, ["o-a1b2c3d4e5"]),
        ({}, ["o-a1b2c3d4e5"]),
        (
            {"describe-organization.json": {"Organization": {"Id": "o-zzzzzzzzzz"}}},
            ["o-a1b2c3d4e5", "o-zzzzzzzzzz"],
        ),
    ],
    ids=["same", "unnamed", "another"],
)
def test_snapshots_of_several_organizations_stay_apart(
    tmp_path: Path, second: dict[str, Any], expected: list[str]
) -> None:
    """Our choice: the id in DescribeOrganization tells which organization a folder describes."""
    one = write_directory(tmp_path / "1", {"organization/describe-organization.json": DESCRIBED})
    files = {**second, f"list-parents/{TARGET}.json": {"Parents": [{"Id": "r-ab12"}]}}
    two = write_directory(
        tmp_path / "2", {"organization/" + name: value for name, value in files.items()}
    )
    found = load_snapshot([one, two]).organizations
    assert [organization.id for organization in found] == expected
    assert dict(found[-1].parents) == {TARGET: "r-ab12"}


def test_refused_reads_belong_to_the_organization_of_the_account(tmp_path: Path) -> None:
    """CONTRACTS: snapshot.json lists refused reads with AWS's code."""
    entry = {
        "account": MANAGEMENT,
        "call": "organizations:ListRoots",
        "code": "AccessDeniedException",
        "message": "no",
    }
    snapshot = load(
        tmp_path,
        {
            "snapshot.json": {**MANIFEST, "missing": [entry]},
            "organization/describe-organization.json": DESCRIBED,
        },
    )
    codes = {(m.call, m.absence, m.code) for m in snapshot.organizations[0].missing}
    assert codes == {("organizations:ListRoots", Absence.REFUSED, "AccessDeniedException")}
    assert [m.code for m in snapshot.accounts[MANAGEMENT].missing] == ["AccessDeniedException"]
