"""`collect` against answers of AWS in their wire form: what is kept, what is recorded as missing.

The rule that a read without an answer is recorded, never left out, is our choice (ADR 0002).
"""

from __future__ import annotations

import json
from pathlib import Path

import botocore.session
import pytest

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.collect.save_joined import RedactOptions
from bedrock_doctor.errors import AwsFailed, NoCredentials, UsageError
from bedrock_doctor.live.collecting import Collected, CollectRequest, collect
from bedrock_doctor.live.reads import Group
from bedrock_doctor.model.policy import PolicyDocument
from tests.live.fake_aws import ACCOUNT, FakeAws, iam_xml, json_error, xml_error

_REAL = botocore.session.Session
_TRUST = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"
_EMPTY = "<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/>"


def role(name: str) -> str:
    return (
        f"<member><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA{name}</RoleId>"
        f"<Arn>arn:aws:iam::{ACCOUNT}:role/{name}</Arn><CreateDate>2026-01-01T00:00:00Z"
        f"</CreateDate><AssumeRolePolicyDocument>{_TRUST}</AssumeRolePolicyDocument>"
        "<RolePolicyList/><AttachedManagedPolicies/></member>"
    )


def details(*names: str, marker: str = "") -> tuple[int, str]:
    inner = _EMPTY.replace(
        "<RoleDetailList/>", f"<RoleDetailList>{''.join(map(role, names))}</RoleDetailList>"
    )
    more = f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>" if marker else ""
    return iam_xml("GetAccountAuthorizationDetails", inner + more)


def s3_error(status: int, code: str) -> tuple[int, str]:
    return status, f"<Error><Code>{code}</Code><Message>no</Message></Error>"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    fake = FakeAws()
    monkeypatch.setattr("botocore.session.Session", lambda **_: fake.session(_REAL))
    monkeypatch.setattr("time.sleep", lambda _: None)
    return fake


def run(out: Path, *groups: Group, **more: object) -> Collected:
    return collect(CollectRequest(str(out), groups=groups, **more), lambda _: None)  # type: ignore[arg-type]


def missing(out: Path) -> list[tuple[str, str, str]]:
    manifest = json.loads((out / "snapshot.json").read_text())
    return [(m["region"], m["call"], m["code"]) for m in manifest["missing"]]


def test_all_pages_are_kept_also_after_an_empty_one(aws: FakeAws, tmp_path: Path) -> None:
    aws.on(
        "GetAccountAuthorizationDetails",
        details("one", marker="a"),
        details(marker="b"),
        details("two"),
    )
    assert run(tmp_path / "s", Group.IAM).refused == ()
    account = load_snapshot([tmp_path / "s"]).accounts[ACCOUNT]
    assert sorted(account.roles) == ["one", "two"]


def test_throttled_calls_are_made_again(aws: FakeAws, tmp_path: Path) -> None:
    aws.on(
        "GetAccountAuthorizationDetails",
        xml_error(400, "Throttling", "Rate exceeded"),
        xml_error(503, "ServiceUnavailable"),
        details("one"),
    )
    assert run(tmp_path / "s", Group.IAM).refused == ()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (xml_error(403, "ExpiredToken", "expired"), "ExpiredToken"),
        ((200, "<GetAccountAuthorizationDetailsResponse><Get"), "MalformedAnswer"),
        (iam_xml("GetAccountAuthorizationDetails", "<RoleDetailList/>"), "MalformedAnswer"),
    ],
    ids=["expired midway", "cut", "without its lists"],
)
def test_half_an_account_is_no_account(
    aws: FakeAws, tmp_path: Path, second: tuple[int, str], code: str
) -> None:
    aws.on("GetAccountAuthorizationDetails", details("one", marker="a"), second)
    run(tmp_path / "s", Group.IAM)
    assert missing(tmp_path / "s") == [("", "iam:GetAccountAuthorizationDetails", code)]
    assert not [p for p in (tmp_path / "s").rglob("*") if "details" in p.name]


def test_single_reads_take_over_where_the_whole_is_refused(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetRole", iam_xml("GetRole", role("app").replace("member>", "Role>")))
    aws.on("ListRolePolicies", iam_xml("ListRolePolicies", "<PolicyNames/>"))
    aws.on("ListAttachedRolePolicies", xml_error(403, "AccessDenied", "refused for app"))
    arn = f"arn:aws:iam::{ACCOUNT}:role/app"
    run(tmp_path / "s", Group.IAM, principals=(arn,), everything=True)
    assert missing(tmp_path / "s") == [
        ("", "iam:GetAccountAuthorizationDetails", "AccessDenied"),
        ("", "iam:ListAttachedRolePolicies", "AccessDenied"),
    ]
    assert "app" in load_snapshot([tmp_path / "s"]).accounts[ACCOUNT].roles


def test_every_kind_that_is_refused_is_recorded(aws: FakeAws, tmp_path: Path) -> None:
    refused = run(tmp_path / "s", *Group, models=("amazon.nova-lite-v1:0",)).refused
    assert {call for _, call, _ in refused} == {
        "iam:GetAccountAuthorizationDetails",
        "organizations:DescribeEffectivePolicy",
        "organizations:DescribeOrganization",
        "bedrock:ListFoundationModels",
        "bedrock:ListInferenceProfiles",
        "bedrock:GetFoundationModelAvailability",
        "bedrock:ListFoundationModelAgreementOffers",
        "bedrock:GetUseCaseForModelAccess",
        "bedrock:ListEnforcedGuardrailsConfiguration",
        "bedrock:GetAccountDataRetention",
        "ec2:DescribeVpcEndpoints",
        "servicequotas:ListServiceQuotas",
        "account:ListRegions",
        "cloudtrail:LookupEvents",
    }
    load_snapshot([tmp_path / "s"])


def test_the_use_case_form_is_never_kept(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetUseCaseForModelAccess", (200, '{"formData": "Y2FuYXJ5LWZvcm0="}'))
    run(tmp_path / "s", Group.BEDROCK)
    [file] = (tmp_path / "s").rglob("get-use-case-for-model-access.json")
    assert json.loads(file.read_text()) == {}


@pytest.mark.parametrize(
    ("answer", "policy"),
    [
        ((200, '{"Version": "2012-10-17", "Statement": []}'), "acme-batch"),
        (s3_error(404, "NoSuchBucketPolicy"), "no policy"),
        (s3_error(403, "AccessDenied"), "not known"),
    ],
    ids=["a policy", "none", "refused, or of another account"],
)
def test_the_policy_of_a_bucket_is_that_of_its_owner(
    aws: FakeAws, tmp_path: Path, answer: tuple[int, str], policy: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html"""
    aws.on("GetBucketPolicy", answer)
    refused = run(tmp_path / "s", Group.BEDROCK, models=("s3://acme-batch/in/",)).refused
    held = load_snapshot([tmp_path / "s"]).accounts[ACCOUNT].bucket_policies
    found = held.get("acme-batch", "not known")
    told = found.ref.name if isinstance(found, PolicyDocument) else found or "no policy"
    assert told == policy
    assert ("s3:GetBucketPolicy" in {call for _, call, _ in refused}) is (policy == "not known")


def test_a_form_that_does_not_exist_is_an_answer(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetUseCaseForModelAccess", json_error(404, "ResourceNotFoundException"))
    refused = run(tmp_path / "s", Group.BEDROCK).refused
    assert "bedrock:GetUseCaseForModelAccess" not in {call for _, call, _ in refused}
    region = load_snapshot([tmp_path / "s"]).accounts[ACCOUNT].bedrock["eu-central-1"]
    assert region.use_case is False


def test_the_organization_is_walked_up_to_its_root(aws: FakeAws, tmp_path: Path) -> None:
    aws.on(
        "DescribeOrganization",
        (200, '{"Organization": {"Id": "o-abc123defg", "MasterAccountId": "999900001111"}}'),
    )
    aws.on("ListRoots", (200, '{"Roots": [{"Id": "r-ab12", "PolicyTypes": []}]}'))
    aws.on("ListAccounts", (200, '{"Accounts": []}'))
    aws.on(
        "ListParents",
        (200, '{"Parents": [], "NextToken": "x"}'),
        (200, '{"Parents": [{"Id": "ou-ab12-prod1234", "Type": "ORGANIZATIONAL_UNIT"}]}'),
        (200, '{"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]}'),
    )
    aws.on("ListPoliciesForTarget", (200, '{"Policies": [{"Id": "p-8f3k2q1m", "Name": "n"}]}'))
    aws.on("DescribePolicy", (200, '{"Policy": {"Content": "{}"}}'))
    run(tmp_path / "s", Group.ORGANIZATIONS)
    listed = tmp_path / "s/organization/list-policies-for-target"
    assert sorted(p.name for p in listed.iterdir()) == [ACCOUNT, "ou-ab12-prod1234", "r-ab12"]
    assert aws.calls.count("DescribePolicy") == 1
    assert aws.calls.count("ListPoliciesForTarget") == 6


def test_a_resumed_collection_reads_only_what_it_lacks(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetAccountAuthorizationDetails", details("one"))
    run(tmp_path / "s", Group.IAM, Group.REGIONS)
    (tmp_path / "s" / "left.json.partial").write_text("{")
    aws.on("ListRegions", (200, '{"Regions": []}'))
    aws.calls.clear()
    assert run(tmp_path / "s", Group.IAM, Group.REGIONS, resume=True).refused == ()
    assert aws.calls == ["GetCallerIdentity", "ListRegions"]
    assert missing(tmp_path / "s") == []
    assert not list((tmp_path / "s").rglob("*.partial"))


def test_an_interrupted_collection_keeps_whole_files_only(aws: FakeAws, tmp_path: Path) -> None:
    def stop(*_: object) -> tuple[int, str]:
        raise KeyboardInterrupt

    aws.handlers["GetAccountAuthorizationDetails"] = stop
    aws.on("ListRegions", (200, '{"Regions": []}'))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "s", Group.IAM, Group.REGIONS)
    for file in (p for p in (tmp_path / "s").rglob("*") if p.is_file()):
        json.loads(file.read_text())
    aws.on("GetAccountAuthorizationDetails", details("one"))
    assert run(tmp_path / "s", Group.IAM, Group.REGIONS, resume=True).refused == ()


def test_a_zip_holds_the_same_and_no_secret(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetAccountAuthorizationDetails", details("one"))
    run(tmp_path / "s.zip", Group.IAM)
    assert [p.name for p in tmp_path.iterdir()] == ["s.zip"]
    assert "one" in load_snapshot([tmp_path / "s.zip"]).accounts[ACCOUNT].roles
    run(tmp_path / "s", *Group)
    texts = [p.read_text() for p in (tmp_path / "s").rglob("*") if p.is_file()]
    assert not any("canary" in text.lower() for text in texts)


def test_credentials_that_aws_rejects_end_with_their_own_error(
    aws: FakeAws, tmp_path: Path
) -> None:
    aws.on("GetCallerIdentity", xml_error(403, "InvalidClientTokenId", "invalid"))
    with pytest.raises(NoCredentials, match="InvalidClientTokenId"):
        run(tmp_path / "s", Group.IAM)
    aws.on("GetCallerIdentity", xml_error(403, "AccessDenied", "endpoint policy"))
    with pytest.raises(AwsFailed, match="AccessDenied"):
        run(tmp_path / "s", Group.IAM)
    assert not (tmp_path / "s").exists()


def test_a_directory_in_use_is_not_written_to(aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        run(tmp_path, Group.IAM)


def test_a_redacted_snapshot_leaves_no_raw_one_behind(aws: FakeAws, tmp_path: Path) -> None:
    aws.on("GetAccountAuthorizationDetails", details("one"))
    run(tmp_path / "s", Group.IAM, redact=RedactOptions("all", "k"))
    assert [p.name for p in tmp_path.iterdir()] == ["s"]
    texts = [f"{p} {p.read_text()}" for p in (tmp_path / "s").rglob("*") if p.is_file()]
    assert not any(ACCOUNT in text or "user/ann" in text for text in texts)
    [account] = load_snapshot([tmp_path / "s"]).accounts.values()
    assert list(account.roles) == [Pseudonyms(b"k").name("one")]
