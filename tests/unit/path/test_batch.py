"""A batch job: the caller's side, and the service role that it runs as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
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
        ({"service_role": "arn:aws:iam::444455556666:user/ana"}, "not the ARN of a role"),
        ({"service_role": "arn:aws:iam::111122223333:role/batch"}, "is of another account"),
    ],
)
def test_mistakes_are_named(change: dict[str, object], message: str) -> None:
    """Another operation, or something that is no role."""
    with pytest.raises(UsageError, match=message):
        expand(replace(ATTEMPT, **change), Snapshot())  # type: ignore[arg-type]
