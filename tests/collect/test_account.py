"""What belongs to an account as a whole: endpoints, Regions, caller, refused reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument
from tests.collect.worlds import MANIFEST, REGION, SOURCE, TARGET, load, policy

ENDPOINTS = f"accounts/{SOURCE}/ec2/{REGION}/describe-vpc-endpoints.json"
REGIONS = f"accounts/{SOURCE}/account/list-regions.json"
ENDPOINT = {
    "VpcEndpointId": "vpce-0a1",
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": f"com.amazonaws.{REGION}.bedrock-runtime",
    "PolicyDocument": json.dumps(policy("*", principal="*")),
    "OwnerId": TARGET,
}


def refused(call: str, code: str, message: str = "", **members: str) -> dict[str, Any]:
    """A manifest with one refused read of the target account."""
    entry = {"account": TARGET, "region": "", "call": call, "code": code, "message": message}
    return {"snapshot.json": {**MANIFEST, "missing": [{**entry, **members}]}}


def test_an_endpoint_carries_its_owner_and_its_policy(tmp_path: Path) -> None:
    """AWS-documented: PolicyDocument of DescribeVpcEndpoints is a JSON string."""
    found = load(tmp_path, {ENDPOINTS: {"VpcEndpoints": [ENDPOINT]}}).accounts[SOURCE].endpoints
    endpoint = found["vpce-0a1"]
    assert (endpoint.service, endpoint.vpc, endpoint.owner, endpoint.region) == (
        ENDPOINT["ServiceName"],
        "vpc-1",
        TARGET,
        REGION,
    )
    assert isinstance(endpoint.policy, PolicyDocument)
    assert (endpoint.policy.ref.account, endpoint.policy.ref.holder) == (TARGET, "vpce-0a1")
    assert json.loads(endpoint.policy.source.text) == policy("*", principal="*")


def test_an_endpoint_without_a_policy_document_has_a_gap(tmp_path: Path) -> None:
    """Our choice: every interface endpoint has a policy, so its absence is a gap."""
    bare = {key: value for key, value in ENDPOINT.items() if key != "PolicyDocument"}
    found = load(tmp_path, {ENDPOINTS: {"VpcEndpoints": [bare]}}).accounts[SOURCE].endpoints
    missing = found["vpce-0a1"].policy
    assert isinstance(missing, Missing)
    assert missing.command == (
        f"aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-0a1 --region {REGION}"
    )


@pytest.mark.parametrize(
    ("name", "value", "call", "absence"),
    [
        (ENDPOINTS, "{", "ec2:DescribeVpcEndpoints", Absence.MALFORMED),
        (
            ENDPOINTS,
            {"VpcEndpoints": [], "NextToken": "x"},
            "ec2:DescribeVpcEndpoints",
            Absence.NOT_COLLECTED,
        ),
        (REGIONS, "{", "account:ListRegions", Absence.MALFORMED),
    ],
)
def test_a_broken_or_cut_list_is_a_gap_of_the_account(
    tmp_path: Path, name: str, value: Any, call: str, absence: Absence
) -> None:
    """Our choice: what a list may have held stays visible."""
    account = load(tmp_path, {name: value}).accounts[SOURCE]
    assert [(m.call, m.absence, m.path) for m in account.missing] == [(call, absence, name)]


def test_regions_are_known_with_their_status(tmp_path: Path) -> None:
    """AWS-documented: API_ListRegions."""
    value = {"Regions": [{"RegionName": "eu-south-2", "RegionOptStatus": "DISABLED"}]}
    assert load(tmp_path, {REGIONS: value}).accounts[SOURCE].regions == {"eu-south-2": "DISABLED"}


def test_regions_cut_short_are_not_known(tmp_path: Path) -> None:
    """Our choice: a Region that is not in the list may stand on the next page."""
    snapshot = load(tmp_path, {REGIONS: {"Regions": [], "NextToken": "x"}})
    assert snapshot.accounts[SOURCE].regions is None
    assert snapshot.problems[0].path == REGIONS


def test_the_caller_belongs_to_the_account_in_the_answer(tmp_path: Path) -> None:
    """CONTRACTS: where content and name disagree the content decides."""
    arn = f"arn:aws:iam::{TARGET}:user/x"
    snapshot = load(
        tmp_path,
        {f"accounts/{SOURCE}/sts/get-caller-identity.json": {"Account": TARGET, "Arn": arn}},
    )
    assert (snapshot.accounts[SOURCE].caller, snapshot.accounts[TARGET].caller) == ("", arn)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("NoSuchEntity", "The role with name App cannot be found.", {"App"}),
        ("NoSuchEntityException", "The role with name 'App' cannot be found.", {"App"}),
        ("NoSuchEntity", "gone", set()),
        ("AccessDenied", "The role with name App cannot be found.", set()),
    ],
)
def test_aws_may_say_that_a_role_does_not_exist(
    tmp_path: Path, code: str, message: str, expected: set[str]
) -> None:
    """AWS-documented: GetRole answers NoSuchEntity for a role that does not exist."""
    account = load(tmp_path, refused("iam:GetRole", code, message)).accounts[TARGET]
    assert account.absent_roles == expected
    assert len(account.missing) == (0 if expected else 1)


def test_a_refused_read_stands_among_the_gaps_of_its_account(tmp_path: Path) -> None:
    """CONTRACTS: missing holds account, Region, call, code and message."""
    files = refused("ec2:DescribeVpcEndpoints", "UnauthorizedOperation", region=REGION)
    assert load(tmp_path, files).accounts[TARGET].missing == (
        Missing(
            f"the answer of ec2:DescribeVpcEndpoints in account {TARGET}, {REGION}",
            "ec2:DescribeVpcEndpoints",
            TARGET,
            REGION,
            Absence.REFUSED,
            "UnauthorizedOperation",
            f"aws ec2 describe-vpc-endpoints --region {REGION}",
        ),
    )


def test_a_command_with_unknown_parameters_is_not_invented(tmp_path: Path) -> None:
    """Our choice: a command is exact or absent."""
    account = load(tmp_path, refused("iam:GetUser", "AccessDenied")).accounts[TARGET]
    assert [m.command for m in account.missing] == [""]


def test_names_come_from_the_manifest_or_the_organization(tmp_path: Path) -> None:
    """Our choice: the name that was given counts, else the one of ListAccounts."""
    listed = [{"Id": SOURCE, "Name": "other"}, {"Id": "333344445555", "Name": "sandbox"}]
    snapshot = load(
        tmp_path,
        {
            "organization/list-accounts.json": {"Accounts": listed},
            "accounts/333344445555/sts/get-caller-identity.json": "{",
        },
    )
    names = {account.id: account.name for account in snapshot.accounts.values()}
    assert names == {SOURCE: "apps", TARGET: "models", "333344445555": "sandbox"}


@pytest.mark.parametrize("value", ["{", {"missing": 3}, {"accounts": []}])
def test_a_broken_manifest_costs_only_what_it_tells(tmp_path: Path, value: Any) -> None:
    """Our choice: snapshot.json is no condition for the rest."""
    snapshot = load(tmp_path, {"snapshot.json": value, ENDPOINTS: {"VpcEndpoints": [ENDPOINT]}})
    assert list(snapshot.accounts[SOURCE].endpoints) == ["vpce-0a1"]
    assert [problem.path for problem in snapshot.problems] == ["snapshot.json"]


def test_a_snapshot_of_another_format_is_refused(tmp_path: Path) -> None:
    """CONTRACTS: formats change with a version; an unknown one may mean anything."""
    with pytest.raises(UsageError, match="bedrock-doctor/snapshot/2") as caught:
        load(tmp_path, {"snapshot.json": {"schema": "bedrock-doctor/snapshot/2"}})
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [("none", "none"), ("accounts", "accounts"), ("all", "all"), ("something", "all")],
)
def test_redaction_is_kept(tmp_path: Path, value: str, expected: str) -> None:
    """Our choice: a word that we do not know may mean the strongest."""
    snapshot = load(tmp_path, {"snapshot.json": {**MANIFEST, "redaction": value}})
    assert snapshot.redaction == expected


@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({"SummaryMap": {"Roles": 3, "GlobalEndpointTokenVersion": 2}}, 2),
        ({"SummaryMap": {"Roles": 3}}, None),
        ("{", None),
        (None, None),
    ],
)
def test_the_summary_tells_the_tokens_of_the_global_endpoint(
    tmp_path: Path, content: Any, version: int | None
) -> None:
    """AWS-documented: GlobalEndpointTokenVersion of GetAccountSummary."""
    files = {REGIONS: {"Regions": []}}
    if content is not None:
        files[f"accounts/{SOURCE}/iam/get-account-summary.json"] = content
    assert load(tmp_path, files).accounts[SOURCE].global_token_version == version
