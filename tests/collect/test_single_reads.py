"""Roles, users and groups that were read call by call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity
from tests.collect.worlds import MANIFEST, TARGET, attached, details, load, managed, policy, role

IAM = f"accounts/{TARGET}/iam"
ROLE = f"{IAM}/roles/App"
USER = f"{IAM}/users/mara"
GROUP = f"{IAM}/groups/Builders"

GET_ROLE = {
    "Role": {
        "RoleName": "App",
        "Arn": f"arn:aws:iam::{TARGET}:role/team/App",
        "RoleId": "AROAAPP",
        "AssumeRolePolicyDocument": policy("sts:AssumeRole", principal="*"),
        "MaxSessionDuration": 7200,
        "Tags": [{"Key": "team", "Value": "ai"}],
        "RoleLastUsed": {},
    }
}
GET_USER = {"User": {"UserName": "mara", "Arn": f"arn:aws:iam::{TARGET}:user/mara"}}
WHOLE: dict[str, Any] = {
    f"{ROLE}/get-role.json": GET_ROLE,
    f"{ROLE}/list-role-policies.json": {"PolicyNames": ["Own"]},
    f"{ROLE}/get-role-policy/Own.json": {
        "RoleName": "App",
        "PolicyName": "Own",
        "PolicyDocument": policy("a:Own"),
    },
    f"{ROLE}/list-attached-role-policies.json": {"AttachedPolicies": [attached("Team")]},
    f"{IAM}/policies/ANPA1.json": {
        "Policy": {"Arn": f"arn:aws:iam::{TARGET}:policy/Team", "DefaultVersionId": "v4"},
        "PolicyVersion": {
            "Document": policy("a:Team"),
            "VersionId": "v4",
            "IsDefaultVersion": True,
        },
    },
}


def without(files: dict[str, Any], name: str, **instead: Any) -> dict[str, Any]:
    """The files without one, or with another content for it."""
    rest = {key: value for key, value in files.items() if key != name}
    return {**rest, name: instead["content"]} if instead else rest


def account(root: Path, files: dict[str, Any]) -> Account:
    """The target account of these files."""
    return load(root, files).accounts[TARGET]


def told(documents: tuple[Readable, ...]) -> list[tuple[str, ...]]:
    """The action of each policy, or what is missing, why and how to get it."""
    return [
        (json.loads(document.source.text)["Statement"][0]["Action"],)
        if isinstance(document, PolicyDocument)
        else (document.what, document.absence.value, document.command, document.path)
        for document in documents
    ]


OWN_MISSING = (
    "inline policy `Own` of role `App`",
    "aws iam get-role-policy --role-name App --policy-name Own",
    f"{ROLE}/get-role-policy/Own.json",
)
INLINE_MISSING = (
    "inline policies of role `App`",
    "aws iam list-role-policies --role-name App",
    f"{ROLE}/list-role-policies.json",
)
ATTACHED_MISSING = (
    "managed policies of role `App`",
    "aws iam list-attached-role-policies --role-name App",
    f"{ROLE}/list-attached-role-policies.json",
)


def gap(missing: tuple[str, str, str], absence: str = "not collected") -> tuple[str, ...]:
    """What is missing, with the reason in between."""
    return (missing[0], absence, *missing[1:])


def test_a_role_read_call_by_call_is_as_good_as_a_whole_account(tmp_path: Path) -> None:
    """CONTRACTS: single reads stand in for GetAccountAuthorizationDetails."""
    found = account(tmp_path, WHOLE)
    entity = found.roles["App"]
    assert (entity.arn, entity.unique_id, entity.max_session_duration, entity.tags) == (
        f"arn:aws:iam::{TARGET}:role/team/App",
        "AROAAPP",
        7200,
        {"team": "ai"},
    )
    assert told(entity.policies) == [("a:Own",), ("a:Team",)]
    assert isinstance(entity.trust, PolicyDocument)
    assert entity.boundary is None
    assert found.iam_complete is False


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            without(WHOLE, f"{ROLE}/list-role-policies.json"),
            [("a:Own",), gap(INLINE_MISSING), ("a:Team",)],
        ),
        (without(WHOLE, f"{ROLE}/get-role-policy/Own.json"), [gap(OWN_MISSING), ("a:Team",)]),
        (
            without(WHOLE, f"{ROLE}/list-attached-role-policies.json"),
            [("a:Own",), gap(ATTACHED_MISSING)],
        ),
        (
            without(WHOLE, f"{ROLE}/list-role-policies.json", content="{"),
            [("a:Own",), gap(INLINE_MISSING, "malformed"), ("a:Team",)],
        ),
        (
            without(WHOLE, f"{ROLE}/get-role-policy/Own.json", content={"PolicyName": "Own"}),
            [gap(OWN_MISSING, "malformed"), ("a:Team",)],
        ),
        (
            without(WHOLE, f"{ROLE}/list-attached-role-policies.json", content=[]),
            [("a:Own",), gap(ATTACHED_MISSING, "malformed")],
        ),
    ],
    ids=["no list", "no policy", "no attached", "bad list", "bad policy", "bad attached"],
)
def test_each_read_that_is_not_there_is_missing_by_itself(
    tmp_path: Path, files: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    """Our choice: a gap is never an empty list, and costs nothing else."""
    assert told(account(tmp_path, files).roles["App"].policies) == expected


def test_lists_cut_short_leave_a_gap(tmp_path: Path) -> None:
    """AWS-documented: IsTruncated says that more policies follow; found documents still count."""
    files = {
        **WHOLE,
        f"{ROLE}/list-role-policies.json": {"PolicyNames": [], "IsTruncated": True, "Marker": "x"},
        f"{ROLE}/list-attached-role-policies.json": {"AttachedPolicies": [], "NextToken": "x"},
    }
    assert [entry[0] for entry in told(account(tmp_path, files).roles["App"].policies)] == [
        "a:Own",
        "further inline policies of role `App`",
        "further managed policies of role `App`",
    ]


def test_a_complete_list_decides_which_inline_policies_exist(tmp_path: Path) -> None:
    """Our choice: a document that the list does not name was deleted meanwhile."""
    files = without(WHOLE, f"{ROLE}/list-role-policies.json", content={"PolicyNames": []})
    assert told(account(tmp_path, files).roles["App"].policies) == [("a:Team",)]


@pytest.mark.parametrize(
    ("value", "absence"),
    [
        ("{", Absence.MALFORMED),
        ({"Role": {"RoleName": "App"}}, Absence.MALFORMED),
        (None, Absence.NOT_COLLECTED),
    ],
)
def test_a_role_whose_own_read_failed_is_missing(
    tmp_path: Path, value: Any, absence: Absence
) -> None:
    """Our choice: without GetRole neither path nor trust are known, so there is no role value."""
    rest = without(WHOLE, f"{ROLE}/get-role.json")
    files = rest if value is None else {**rest, f"{ROLE}/get-role.json": value}
    snapshot = load(tmp_path, files)
    found = snapshot.accounts[TARGET]
    assert list(found.roles) == []
    assert found.missing == (
        Missing(
            "role `App`",
            "iam:GetRole",
            TARGET,
            absence=absence,
            command="aws iam get-role --role-name App",
            path=f"{ROLE}/get-role.json",
        ),
    )
    assert snapshot.ignored == ()


@pytest.mark.parametrize(
    ("files", "absence"),
    [({}, "not collected"), ({f"{IAM}/policies/Limit.json": "{"}, "not collected")],
)
def test_a_boundary_without_document_is_missing(
    tmp_path: Path, files: dict[str, Any], absence: str
) -> None:
    """Our choice: an unknown boundary is not the same as none."""
    bounded = {
        "Role": {
            **GET_ROLE["Role"],
            "PermissionsBoundary": {
                "PermissionsBoundaryArn": f"arn:aws:iam::{TARGET}:policy/Limit"
            },
        }
    }
    entity = account(tmp_path, {**WHOLE, f"{ROLE}/get-role.json": bounded, **files}).roles["App"]
    assert isinstance(entity.boundary, Missing)
    assert (entity.boundary.what, entity.boundary.absence.value) == (
        "permissions boundary `Limit`",
        absence,
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"Policy": {"Arn": "arn:aws:iam::1:policy/Team"}},
            "does not hold one policy with one version",
        ),
        ([WHOLE[f"{IAM}/policies/ANPA1.json"]] * 2, "does not hold one policy with one version"),
        (
            {
                "Policy": {"Arn": f"arn:aws:iam::{TARGET}:policy/Team", "DefaultVersionId": "v5"},
                "PolicyVersion": {"Document": {}, "VersionId": "v4", "IsDefaultVersion": False},
            },
            "is not the default version",
        ),
        (
            {
                "Policy": {"Arn": f"arn:aws:iam::{TARGET}:policy/Team"},
                "PolicyVersion": {"Document": {}, "VersionId": "v4"},
            },
            "is not the default version",
        ),
        (
            {
                "Policy": {"Arn": f"arn:aws:iam::{TARGET}:policy/Team", "DefaultVersionId": "v5"},
                "PolicyVersion": {"VersionId": "v5"},
            },
            "has no document",
        ),
        ("nothing", "the file is no JSON"),
    ],
)
def test_a_managed_policy_that_is_not_in_force_is_not_used(
    tmp_path: Path, value: Any, message: str
) -> None:
    """AWS-documented: only the default version of a managed policy is in force."""
    snapshot = load(tmp_path, {**WHOLE, f"{IAM}/policies/ANPA1.json": value})
    assert message in snapshot.problems[0].message
    policies = snapshot.accounts[TARGET].roles["App"].policies
    assert [type(policy) for policy in policies] == [PolicyDocument, Missing]


def test_two_outputs_in_one_file_make_a_managed_policy(tmp_path: Path) -> None:
    """Our choice: the commands that we print append their outputs to one file."""
    whole = WHOLE[f"{IAM}/policies/ANPA1.json"]
    text = json.dumps({"Policy": whole["Policy"]}) + json.dumps(
        {"PolicyVersion": whole["PolicyVersion"]}
    )
    entity = account(tmp_path, {**WHOLE, f"{IAM}/policies/ANPA1.json": text}).roles["App"]
    assert told(entity.policies)[1:] == [("a:Team",)]


def test_a_user_read_call_by_call_has_the_policies_of_its_groups(tmp_path: Path) -> None:
    """CONTRACTS: the same single reads for users and groups."""
    files = {
        f"{USER}/get-user.json": GET_USER,
        f"{USER}/list-user-policies.json": {"PolicyNames": ["U"]},
        f"{USER}/get-user-policy/U.json": {"PolicyName": "U", "PolicyDocument": policy("a:User")},
        f"{USER}/list-attached-user-policies.json": {"AttachedPolicies": []},
        f"{USER}/list-groups-for-user.json": {
            "Groups": [{"GroupName": "Builders", "Arn": "x"}, {"GroupName": "Other"}]
        },
        f"{GROUP}/get-group.json": {
            "Group": {"GroupName": "Builders", "Arn": f"arn:aws:iam::{TARGET}:group/x/Builders"},
            "Users": [],
        },
        f"{GROUP}/list-group-policies.json": {"PolicyNames": ["G"]},
        f"{GROUP}/get-group-policy/G.json": {
            "PolicyName": "G",
            "PolicyDocument": policy("a:Group"),
        },
        f"{GROUP}/list-attached-group-policies.json": {"AttachedPolicies": []},
    }
    entity = account(tmp_path, files).users["mara"]
    assert [entry[0] for entry in told(entity.policies)] == [
        "a:User",
        "a:Group",
        "inline policies of group `Other`",
        "managed policies of group `Other`",
    ]
    holders = [p.ref.holder for p in entity.policies if isinstance(p, PolicyDocument)]
    assert holders == [GET_USER["User"]["Arn"], f"arn:aws:iam::{TARGET}:group/x/Builders"]


def test_a_user_whose_groups_were_not_listed_has_a_gap(tmp_path: Path) -> None:
    """Our choice: unknown groups may hold any policy."""
    files = {
        f"{USER}/get-user.json": GET_USER,
        f"{USER}/list-user-policies.json": {"PolicyNames": []},
        f"{USER}/list-attached-user-policies.json": {"AttachedPolicies": []},
    }
    assert told(account(tmp_path, files).users["mara"].policies) == [
        (
            "groups of user `mara`",
            "not collected",
            "aws iam list-groups-for-user --user-name mara",
            f"{USER}/list-groups-for-user.json",
        )
    ]


def test_a_user_whose_groups_are_cut_short_has_a_gap(tmp_path: Path) -> None:
    """AWS-documented: IsTruncated says that more groups follow."""
    files = {
        f"{USER}/get-user.json": GET_USER,
        f"{USER}/list-user-policies.json": {"PolicyNames": []},
        f"{USER}/list-attached-user-policies.json": {"AttachedPolicies": []},
        f"{USER}/list-groups-for-user.json": {"Groups": [], "IsTruncated": True},
    }
    policies = told(account(tmp_path, files).users["mara"].policies)
    assert [entry[0] for entry in policies] == ["further groups of user `mara`"]


def test_a_user_whose_own_read_failed_is_missing(tmp_path: Path) -> None:
    """Our choice: as for roles."""
    found = account(tmp_path, {f"{USER}/get-user.json": "{"})
    assert (list(found.users), [m.call for m in found.missing]) == ([], ["iam:GetUser"])


def test_a_group_is_read_without_its_own_output(tmp_path: Path) -> None:
    """Our choice: GetGroup only tells the group's path."""
    files = {
        f"{USER}/get-user.json": GET_USER,
        f"{USER}/list-groups-for-user.json": {"Groups": [{"GroupName": "Builders"}]},
        f"{USER}/list-user-policies.json": {"PolicyNames": []},
        f"{USER}/list-attached-user-policies.json": {"AttachedPolicies": []},
        f"{GROUP}/list-group-policies.json": {"PolicyNames": []},
        f"{GROUP}/list-attached-group-policies.json": {"AttachedPolicies": []},
    }
    assert account(tmp_path, files).users["mara"].policies == ()


def test_the_whole_account_counts_over_single_reads(tmp_path: Path) -> None:
    """Our choice: GetAccountAuthorizationDetails was read at one time."""
    whole = details(
        RoleDetailList=[role("App", AttachedManagedPolicies=[attached("Team")])],
        Policies=[managed("Team", policy("a:Newer"))],
    )
    found = account(tmp_path, {**WHOLE, f"{IAM}/get-account-authorization-details.json": whole})
    assert told(found.roles["App"].policies) == [("a:Newer",)]


@pytest.mark.parametrize(
    ("message", "absence", "code"),
    [
        (
            "... is not authorized to perform: iam:GetRolePolicy on resource: role App because",
            Absence.REFUSED,
            "AccessDenied",
        ),
        (
            f"... on resource: arn:aws:iam::{TARGET}:role/App with an explicit deny",
            Absence.REFUSED,
            "AccessDenied",
        ),
        ("... on resource: role Application because", Absence.NOT_COLLECTED, ""),
        ("no words", Absence.NOT_COLLECTED, ""),
    ],
)
def test_a_refused_read_is_missing_with_aws_code(
    tmp_path: Path, message: str, absence: Absence, code: str
) -> None:
    """CONTRACTS: snapshot.json lists refused reads; the message names what was to be read."""
    entry = {
        "account": TARGET,
        "region": "",
        "call": "iam:GetRolePolicy",
        "code": "AccessDenied",
        "message": message,
    }
    files = without(WHOLE, f"{ROLE}/get-role-policy/Own.json")
    found = account(tmp_path, {**files, "snapshot.json": {**MANIFEST, "missing": [entry]}})
    missing = found.roles["App"].policies[0]
    assert isinstance(missing, Missing)
    assert (missing.absence, missing.code) == (absence, code)


def test_names_with_special_characters_are_quoted_in_commands(tmp_path: Path) -> None:
    """AWS-documented: inline policies may be named with any of a-z, 0-9 and +=,.@-_."""
    files = {
        f"{ROLE}/get-role.json": GET_ROLE,
        f"{ROLE}/list-role-policies.json": {"PolicyNames": ["it's", "a+b=c,d.e@f-g_h"]},
    }
    commands = [
        p.command for p in account(tmp_path, files).roles["App"].policies if isinstance(p, Missing)
    ]
    assert commands[:2] == [
        "aws iam get-role-policy --role-name App --policy-name 'it'\"'\"'s'",
        "aws iam get-role-policy --role-name App --policy-name a+b=c,d.e@f-g_h",
    ]


def test_entities_compare_as_values(tmp_path: Path) -> None:
    """Our choice: that entities are built late does not show."""
    found = account(tmp_path, WHOLE).roles
    entity = found["App"]
    assert found == {"App": entity}
    assert entity is found["App"]
    assert isinstance(entity, IamEntity)
    assert ("App" in found, "Other" in found, len(found)) == (True, False, 1)
    with pytest.raises(KeyError):
        found["Other"]
