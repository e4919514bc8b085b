"""GetAccountAuthorizationDetails: all of an account's IAM in one output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account
from bedrock_doctor.model.source import Position
from tests.collect.worlds import (
    SOURCE,
    TARGET,
    attached,
    content,
    details,
    load,
    managed,
    policy,
    role,
    user,
)

NAME = f"accounts/{TARGET}/iam/get-account-authorization-details.json"


def account(root: Path, value: Any) -> Account:
    """The target account with this output."""
    return load(root, {NAME: value}).accounts[TARGET]


def actions(documents: tuple[Readable, ...]) -> list[str]:
    """The action of each policy, or what is missing."""
    return [
        json.loads(document.source.text)["Statement"][0]["Action"]
        if isinstance(document, PolicyDocument)
        else "missing: " + document.what
        for document in documents
    ]


def test_a_role_comes_with_everything_attached_to_it(tmp_path: Path) -> None:
    """AWS-documented: API_GetAccountAuthorizationDetails."""
    found = role(
        "App",
        RolePolicyList=[{"PolicyName": "Own", "PolicyDocument": policy("a:Own")}],
        AttachedManagedPolicies=[attached("Team"), attached("AwsOwned", "aws")],
        PermissionsBoundary={"PermissionsBoundaryArn": f"arn:aws:iam::{TARGET}:policy/Limit"},
        Tags=[{"Key": "team", "Value": "ai"}],
    )
    value = details(
        RoleDetailList=[found],
        Policies=[
            managed("Team", policy("a:Team")),
            managed("Limit", policy("a:Limit")),
            managed("AwsOwned", policy("a:Aws"), "aws"),
        ],
    )
    entity = account(tmp_path, value).roles["App"]
    assert (entity.arn, entity.unique_id, entity.tags) == (
        f"arn:aws:iam::{TARGET}:role/App",
        "AROAEXAMPLEAPP",
        {"team": "ai"},
    )
    assert actions(entity.policies) == ["a:Own", "a:Team", "a:Aws"]
    assert entity.boundary is not None
    assert entity.trust is not None
    assert actions((entity.boundary, entity.trust)) == ["a:Limit", "sts:AssumeRole"]
    kinds = [
        p.ref.kind for p in (*entity.policies, entity.boundary, entity.trust) if hasattr(p, "ref")
    ]
    assert kinds == [
        PolicyKind.INLINE,
        PolicyKind.MANAGED,
        PolicyKind.MANAGED,
        PolicyKind.BOUNDARY,
        PolicyKind.TRUST,
    ]


def test_a_user_has_the_policies_of_its_groups(tmp_path: Path) -> None:
    """AWS-documented: group policies bind every member; GroupList holds names."""
    value = details(
        UserDetailList=[
            user(
                "mara",
                TARGET,
                GroupList=["Builders", "Gone"],
                UserPolicyList=[{"PolicyName": "Own", "PolicyDocument": policy("a:Own")}],
            )
        ],
        GroupDetailList=[
            {
                "GroupName": "Builders",
                "Arn": f"arn:aws:iam::{TARGET}:group/Builders",
                "GroupPolicyList": [{"PolicyName": "G", "PolicyDocument": policy("a:Group")}],
                "AttachedManagedPolicies": [attached("Team")],
            }
        ],
        Policies=[managed("Team", policy("a:Team"))],
    )
    entity = account(tmp_path, value).users["mara"]
    assert actions(entity.policies) == [
        "a:Own",
        "a:Group",
        "a:Team",
        "missing: inline policies of group `Gone`",
        "missing: managed policies of group `Gone`",
    ]
    assert (entity.trust, entity.boundary) == (None, None)


@pytest.mark.parametrize(
    ("wrap", "verbatim"),
    [
        (lambda document: document, True),
        (json.dumps, False),
        (lambda document: json.dumps(document, indent=2), False),
        (lambda document: quote(json.dumps(document)), False),
        (lambda document: quote(json.dumps(document), safe=""), False),
    ],
    ids=["object", "string", "indented string", "url-encoded", "url-encoded in full"],
)
def test_documents_come_in_every_form_of_aws(tmp_path: Path, wrap: Any, verbatim: bool) -> None:
    """AWS-documented: the API URL-encodes documents after RFC 3986, the CLI decodes them."""
    trust = policy("sts:AssumeRole", principal="a + b%")
    value = details(RoleDetailList=[role("App", AssumeRolePolicyDocument=wrap(trust))])
    document = account(tmp_path, value).roles["App"].trust
    assert isinstance(document, PolicyDocument)
    assert json.loads(document.source.text) == trust
    assert document.source.verbatim is verbatim
    assert document.source.path == NAME


def test_a_document_knows_its_place_in_the_file(tmp_path: Path) -> None:
    """Our choice: text, line and column are those of the file, whatever stands twice in it."""
    same = {"PolicyName": "é", "PolicyDocument": policy("a:Same")}
    value = details(RoleDetailList=[role(name, RolePolicyList=[same, same]) for name in "AB"])
    roles = account(tmp_path, value).roles
    lines = content(value).decode().split("\n")
    expected = [
        Position(number, line.index("{") + 1)
        for number, line in enumerate(lines, 1)
        if '"PolicyDocument": {' in line
    ]
    found = []
    for entity in roles.values():
        for document in entity.policies:
            assert isinstance(document, PolicyDocument)
            found.append(document.source.origin)
            assert content(value).decode().count(document.source.text) >= 4
    assert found == expected


def twice(tmp_path: Path, before: str, behind: str) -> PolicyDocument:
    """The trust policy of a role with further keys."""
    written = f"{{{before}{json.dumps(role('App'))[1:-1]}{behind}}}"
    text = json.dumps(details(RoleDetailList=["HERE"])).replace('"HERE"', written)
    document = account(tmp_path, text).roles["App"].trust
    assert isinstance(document, PolicyDocument)
    assert json.loads(document.source.text) == role("App")["AssumeRolePolicyDocument"]
    return document


@pytest.mark.parametrize(("before", "behind"), [('"Path": 1, ', ""), ("", ', "Path": "/x/"')])
def test_a_document_whose_text_stands_once_stands_there(
    tmp_path: Path, before: str, behind: str
) -> None:
    """Our choice: whatever else stands twice."""
    source = twice(tmp_path, before, behind).source
    assert source.verbatim
    assert source.origin.column == 243 + len(before)


@pytest.mark.parametrize("other", ["Note", "AssumeRolePolicyDocument"])
def test_a_text_that_stands_twice_behind_keys_that_do_has_no_place(
    tmp_path: Path, other: str
) -> None:
    """Our choice: AWS never writes a key twice; the text is kept, its place is not guessed."""
    text = json.dumps(role("App")["AssumeRolePolicyDocument"])
    document = twice(tmp_path, f'"{other}": {text}, ', "")
    assert document.source.verbatim is (other == "Note")


@pytest.mark.parametrize(
    "layout",
    [
        lambda first, second: content(first) + content(second),
        lambda first, second: [first, second],
        lambda first, second: content(first).strip() + content(second).strip(),
    ],
    ids=["appended", "list", "appended without space"],
)
def test_pages_are_merged(tmp_path: Path, layout: Any) -> None:
    """AWS-documented: IsTruncated and Marker announce the next page."""
    first = details(RoleDetailList=[role("A", AttachedManagedPolicies=[attached("Team")])])
    second = details(RoleDetailList=[role("B")], Policies=[managed("Team", policy("a:Team"))])
    found = account(tmp_path, layout({**first, "IsTruncated": True, "Marker": "x"}, second))
    assert (list(found.roles), found.iam_complete) == (["A", "B"], True)
    assert actions(found.roles["A"].policies) == ["a:Team"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({**details(RoleDetailList=[role("A")]), "IsTruncated": True}, "AWS had further pages"),
        ({"RoleDetailList": [role("A")]}, "the output lacks a list"),
        (
            details(RoleDetailList=[role("A", AttachedManagedPolicies=[attached("Team")])]),
            "the output describes no managed policy",
        ),
        (
            details(RoleDetailList=[role("A"), role("B", SOURCE)]),
            "the file holds account",
        ),
    ],
    ids=["page missing", "list missing", "filtered", "two accounts"],
)
def test_an_output_that_is_not_the_whole_is_not_complete(
    tmp_path: Path, value: Any, message: str
) -> None:
    """AWS-documented: --filter leaves kinds out. What is not there may exist all the same."""
    snapshot = load(tmp_path, {NAME: value})
    found = snapshot.accounts[TARGET]
    assert (list(found.roles), found.iam_complete) == (["A"], False)
    assert snapshot.problems[0].message.startswith(message)


def test_the_whole_output_is_complete(tmp_path: Path) -> None:
    """Our choice: only then a role that is not there does not exist."""
    snapshot = load(tmp_path, {NAME: details()})
    assert snapshot.accounts[TARGET].iam_complete is True
    assert snapshot.problems == ()


def test_entities_belong_to_the_account_of_their_arn(tmp_path: Path) -> None:
    """CONTRACTS: where content and name disagree the content decides."""
    snapshot = load(tmp_path, {NAME: details(RoleDetailList=[role("A", SOURCE)])})
    assert list(snapshot.accounts[SOURCE].roles) == ["A"]
    assert snapshot.accounts[SOURCE].iam_complete is True
    assert list(snapshot.accounts[TARGET].roles) == []
    assert snapshot.accounts[TARGET].iam_complete is False
    assert f"its folder says {TARGET}" in snapshot.problems[0].message


def test_a_policy_without_its_document_is_missing_with_its_command(tmp_path: Path) -> None:
    """Our choice: an attached policy that was not collected is a gap, never nothing."""
    found = role("A", AttachedManagedPolicies=[attached("AwsOwned", "aws")])
    value = details(RoleDetailList=[found], Policies=[managed("Other", policy("a:B"))])
    arn = "arn:aws:iam::aws:policy/AwsOwned"
    assert account(tmp_path, value).roles["A"].policies == (
        Missing(
            "managed policy `AwsOwned`",
            "iam:GetPolicyVersion",
            TARGET,
            command=f"aws iam get-policy --policy-arn {arn} && "
            f"aws iam get-policy-version --policy-arn {arn} --version-id "
            f'"$(aws iam get-policy --policy-arn {arn} '
            '--query Policy.DefaultVersionId --output text)"',
            path=f"accounts/{TARGET}/iam/policies/AwsOwned.json",
        ),
    )


def test_only_the_default_version_counts(tmp_path: Path) -> None:
    """AWS-documented: the default version is the one in force."""
    old = managed("Team", policy("a:Team"))
    old["PolicyVersionList"] = old["PolicyVersionList"][1:]
    found = role("A", AttachedManagedPolicies=[attached("Team")])
    entity = account(tmp_path, details(RoleDetailList=[found], Policies=[old])).roles["A"]
    assert actions(entity.policies) == ["missing: managed policy `Team`"]


def test_an_aws_managed_policy_is_the_same_in_every_account(tmp_path: Path) -> None:
    """AWS-documented: AWS maintains them, customers cannot change them."""
    snapshot = load(
        tmp_path,
        {
            NAME: details(Policies=[managed("AwsOwned", policy("a:Aws"), "aws")]),
            NAME.replace(TARGET, SOURCE): details(
                RoleDetailList=[
                    role("A", SOURCE, AttachedManagedPolicies=[attached("AwsOwned", "aws")])
                ]
            ),
        },
    )
    assert actions(snapshot.accounts[SOURCE].roles["A"].policies) == ["a:Aws"]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("RoleDetailList", {"RolePolicyList": {}}),
        ("RoleDetailList", {"AttachedManagedPolicies": None}),
        ("RoleDetailList", {"RoleId": 7}),
        ("UserDetailList", {"GroupList": "Builders"}),
    ],
)
def test_an_entry_of_a_wrong_shape_costs_only_that_entry(
    tmp_path: Path, kind: str, change: dict[str, Any]
) -> None:
    """Our choice: the entity exists, and whatever may bind it is missing."""
    make = role if kind == "RoleDetailList" else user
    value = details(**{kind: [make("Bad", TARGET, **change), make("Good", TARGET)]})
    snapshot = load(tmp_path, {NAME: value})
    found = snapshot.accounts[TARGET]
    entities = found.roles if make is role else found.users
    bad = entities["Bad"]
    assert sorted(entities) == ["Bad", "Good"]
    assert all(isinstance(p, Missing) and p.absence is Absence.MALFORMED for p in bad.policies)
    assert isinstance(bad.boundary, Missing)
    assert isinstance(bad.trust, Missing) is (make is role)
    assert bad.tags is None
    assert isinstance(entities["Good"].trust, PolicyDocument) is (make is role)
    assert found.iam_complete is False
    assert [m.absence for m in found.missing] == [Absence.MALFORMED]
    problem = snapshot.problems[0]
    assert problem.message.startswith(f"`{next(iter(change))}` is ")
    assert problem.position is not None
    assert problem.position.line > 2


def test_a_broken_group_or_policy_costs_only_those_who_have_it(tmp_path: Path) -> None:
    """Our choice: a policy that cannot be read is malformed, not absent."""
    value = details(
        UserDetailList=[user("mara", TARGET, GroupList=["G"])],
        RoleDetailList=[role("A", AttachedManagedPolicies=[attached("Team")])],
        GroupDetailList=[{"GroupName": "G", "Arn": f"arn:aws:iam::{TARGET}:group/G"}],
        Policies=[managed("Team", policy("x"), DefaultVersionId=3)],
    )
    found = account(tmp_path, value)
    policies = (*found.users["mara"].policies, *found.roles["A"].policies)
    assert [(p.what, p.absence) for p in policies if isinstance(p, Missing)] == [
        ("policies of group `G`", Absence.MALFORMED),
        ("managed policy `Team`", Absence.MALFORMED),
    ]


def test_an_entry_without_a_name_makes_the_account_incomplete(tmp_path: Path) -> None:
    """Our choice: some role is there, and nobody knows which."""
    found = account(tmp_path, details(RoleDetailList=[{"Path": "/"}, role("Good")]))
    assert (list(found.roles), found.iam_complete) == (["Good"], False)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[1", "the file ends in the middle of a value"),
        ({"Roles": []}, "the output holds none of the lists"),
        ({"RoleDetailList": {}}, "the file is no output of GetAccountAuthorizationDetails"),
        ([role("A")], "the output holds none of the lists"),
        ([3], "the output is a whole number"),
    ],
)
def test_a_file_of_a_wrong_shape_makes_the_account_unknown(
    tmp_path: Path, value: Any, message: str
) -> None:
    """Our choice: the whole call is malformed, with its command."""
    snapshot = load(tmp_path, {NAME: value})
    found = snapshot.accounts[TARGET]
    assert (list(found.roles), found.iam_complete) == ([], False)
    assert [(m.call, m.absence, m.command) for m in found.missing] == [
        (
            "iam:GetAccountAuthorizationDetails",
            Absence.MALFORMED,
            "aws iam get-account-authorization-details",
        )
    ]
    assert snapshot.problems[0].message.startswith(message)
    assert snapshot.problems[0].makes_unknown == f"roles, users and policies of account {TARGET}"


def test_an_entity_described_twice_is_reported(tmp_path: Path) -> None:
    """Our choice: the later description counts, and the reader is told."""
    value = details(
        RoleDetailList=[role("A"), role("A", RoleId="AROANEW"), role("A", RoleId="AROANEW")]
    )
    snapshot = load(tmp_path, {NAME: value})
    assert snapshot.accounts[TARGET].roles["A"].unique_id == "AROANEW"
    assert ["described twice" in problem.message for problem in snapshot.problems] == [True]


def test_many_broken_entries_give_few_problems(tmp_path: Path) -> None:
    """Our choice: a file that is wrong throughout is reported with its first defects."""
    snapshot = load(tmp_path, {NAME: details(RoleDetailList=[{}] * 500)})
    assert len(snapshot.problems) == 20
