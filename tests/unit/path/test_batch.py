"""A batch job: the caller's side, and the service role that it runs as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, BedrockRegion, IamEntity, Quota, Snapshot
from bedrock_doctor.model.way import HopKind, Purpose
from bedrock_doctor.path.expand import expand

ROLE = "arn:aws:iam::444455556666:role/jobs/batch"
ATTEMPT = Attempt(
    "arn:aws:iam::444455556666:role/app",
    (),
    "eu.amazon.nova-lite-v1:0",
    "eu-central-1",
    Operation.BATCH,
    api_key=ApiKey.SHORT,
    endpoints=("vpce-0123456789abcdef0",),
    service_role=ROLE,
)
PROVISIONED = "arn:aws:bedrock:eu-central-1:444455556666:provisioned-model/abc"
CUSTOM = "arn:aws:bedrock:eu-central-1:444455556666:custom-model/amazon.nova-lite-v1:0/abc"
NOBODY = Snapshot({"444455556666": Account("444455556666", absent_roles=frozenset({"batch"}))})


def test_the_way_of_a_job() -> None:
    """The call, the service that assumes the role, and the role that calls the model."""
    way = expand(ATTEMPT, Snapshot())
    assert [(hop.kind, hop.principal, hop.account) for hop in way.hops[1:]] == [
        (HopKind.ASSUME, "bedrock.amazonaws.com", "444455556666"),
        (HopKind.INVOKE, ROLE, "444455556666"),
    ]
    assert way.call is way.hops[0]
    (passing,) = [check for check in way.call.checks if check.purpose is Purpose.PASS_ROLE]
    assert (passing.request.resource, passing.policies.endpoint) == (ROLE, None)
    assert passing.request.context.values["iam:passedtoservice"] == ("bedrock.amazonaws.com",)


def test_the_role_is_checked_for_the_profile_and_every_destination() -> None:
    """It calls from inside the service: no API key of the caller, no endpoint."""
    inner = expand(ATTEMPT, Snapshot()).hops[-1]
    assert {check.request.action for check in inner.checks} == {"bedrock:InvokeModel"}
    assert inner.checks[0].purpose is Purpose.PROFILE
    assert {check.policies.endpoint for check in inner.checks} == {None}


def test_the_service_is_told_by_source_account_and_source_arn() -> None:
    """What else AWS sends along is not known."""
    (assume,) = expand(ATTEMPT, Snapshot()).hops[1].checks
    values = assume.request.context.values
    assert values["aws:sourceaccount"] == ("444455556666",)
    assert values["aws:sourcearn"][0].endswith(":444455556666:model-invocation-job/*")
    assert assume.request.context.missing_fact("aws:sourceip") is not None
    assert isinstance(assume.policies.resource, Missing)


def test_a_service_role_that_does_not_exist() -> None:
    """Nothing can be checked for it but its absence."""
    way = expand(ATTEMPT, NOBODY)
    assert way.hops[1].problem is not None
    assert (way.hops[1].problem.rule, way.hops[1].checks) == ("role-does-not-exist", ())


def test_the_trust_policy_of_a_known_role_is_used() -> None:
    """Of the role under its very ARN."""
    entity = IamEntity(ROLE, "batch", trust=Missing("trust", "iam:GetRole", "444455556666"))
    held = Account("444455556666", roles={"batch": entity})
    (assume,) = expand(ATTEMPT, Snapshot({"444455556666": held})).hops[1].checks
    assert assume.policies.resource is entity.trust


def test_without_the_role_its_part_is_not_known() -> None:
    """The answer names the option."""
    way = expand(replace(ATTEMPT, service_role=None), Snapshot())
    assert len(way.hops) == 1
    (missing,) = way.call.checks[-1].policies.identity
    assert isinstance(missing, Missing)
    assert missing.command == "diagnose --service-role ARN"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operation": Operation.CONVERSE}, "runs as no service role"),
        (
            {"operation": Operation.CONVERSE, "service_role": None, "input_s3": "s3://abc/"},
            "reads and writes no data",
        ),
        ({"model": PROVISIONED}, "a batch job cannot use"),
        ({"input_s3": "acme-in/x"}, "--input-s3 .* is no place"),
        ({"output_s3": "s3://A/x"}, "--output-s3 .* is no place"),
        ({"service_role": "arn:aws:iam::444455556666:user/ana"}, "not the ARN of a role"),
        ({"service_role": "arn:aws:iam::111122223333:role/batch"}, "is of another account"),
    ],
)
def test_mistakes_are_named(change: dict[str, object], message: str) -> None:
    """Another operation, or something that is no role."""
    with pytest.raises(UsageError, match=message):
        expand(replace(ATTEMPT, **change), Snapshot())  # type: ignore[arg-type]


def test_a_custom_model_is_checked_for_the_caller_and_open_for_the_role() -> None:
    """AWS-documented: resource types of CreateModelInvocationJob; nothing is said of the role."""
    way = expand(replace(ATTEMPT, model=CUSTOM), Snapshot())
    (model,) = [check for check in way.call.checks if check.purpose is Purpose.CUSTOM_MODEL]
    assert model.request.resource == CUSTOM
    (inner,) = way.hops[-1].checks
    assert isinstance(inner.policies.identity[0], Missing)
    with pytest.raises(UnknownName, match="cannot be called"):
        expand(
            replace(ATTEMPT, model=CUSTOM, operation=Operation.CONVERSE, service_role=None),
            Snapshot(),
        )


@pytest.mark.parametrize(
    ("given", "resource"),
    [
        ("s3://acme-in/jobs/today.jsonl", "acme-in/jobs/today.jsonl"),
        ("s3://acme-in/jobs/", "acme-in/jobs/*"),
        ("s3://acme-in/jobs", "acme-in/jobs*"),
        ("s3://acme-in", "acme-in/*"),
    ],
)
def test_the_role_reads_the_input(given: str, resource: str) -> None:
    """AWS-documented: batch-iam-sr.html; a folder stands for all that is in it."""
    checks = expand(replace(ATTEMPT, input_s3=given), Snapshot()).hops[-1].checks[-2:]
    assert [(check.request.action, check.request.resource) for check in checks] == [
        ("s3:ListBucket", "arn:aws:s3:::acme-in"),
        ("s3:GetObject", f"arn:aws:s3:::{resource}"),
    ]
    assert all(check.policies.endpoint is None for check in checks)
    assert all("s3:" in check.request.context.unknown_prefixes for check in checks)


def test_a_bucket_belongs_to_the_account_that_holds_its_policy() -> None:
    """Our choice: nobody else can read it; without it owner and policy are not known."""
    other = Account("000011112222", bucket_policies={"acme-in": None})
    owner = Account("111122223333", bucket_policies={"acme-out": None})
    job = replace(ATTEMPT, output_s3="s3://acme-out/x/")
    check = expand(job, Snapshot({other.id: other, owner.id: owner})).hops[-1].checks[-1]
    assert check.purpose is Purpose.OUTPUT_DATA
    assert (check.request.resource_account, check.policies.resource) == (owner.id, None)
    unknown = expand(job, Snapshot()).hops[-1].checks[-1]
    assert isinstance(unknown.policies.resource, Missing)
    assert "get-bucket-policy --bucket acme-out" in unknown.policies.resource.command


def test_the_least_number_of_records_is_told_where_quotas_are_known() -> None:
    """AWS-documented: batch-inference-data.html names the quota."""
    name = "Minimum number of records per batch inference job for"
    quotas = (Quota("L-1", f"{name} Nova Lite", 100.0), Quota("L-2", f"{name} Nova Pro", 50.0))
    region = BedrockRegion("eu-central-1", quotas=quotas)
    held = Snapshot({"444455556666": Account("444455556666", bedrock={region.region: region})})
    notes = expand(ATTEMPT, held).notes
    assert [note for note in notes if "records" in note] == [f"{name} Nova Lite: 100"]


@pytest.mark.parametrize("places", [{}, {"input_s3": "s3://acme-in/x"}])
def test_buckets_that_are_not_given_are_said_to_be_unchecked(places: dict[str, str]) -> None:
    """The note names both options; with both of them there is none."""
    assert "give --input-s3 and --output-s3" in expand(replace(ATTEMPT, **places), NOBODY).notes[0]
    whole = replace(ATTEMPT, input_s3="s3://acme-in/x", output_s3="s3://acme-out/x/")
    assert expand(whole, NOBODY).notes == ("AWS KMS keys of the job's data are not checked",)
