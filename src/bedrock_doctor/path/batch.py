"""A batch job, the side of its caller: models and jobs, not profiles, and the service role.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Check, Purpose
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.assume_role import parse_role
from bedrock_doctor.path.inference_call import InferenceCall, Resource
from bedrock_doctor.path.quotas import names_model

SERVICE = "bedrock.amazonaws.com"

_TAKEN = frozenset(
    {Purpose.MODEL, Purpose.PROFILE, Purpose.APPLICATION_PROFILE, Purpose.CUSTOM_MODEL}
)
_MINIMUM = "Minimum number of records per batch inference job"


def check_batch_options(attempt: Attempt) -> None:
    """Refuses options of a batch job for other operations.

    Raises:
        UsageError: a service role or a place in Amazon S3 without a batch job.
    """
    if attempt.operation is Operation.BATCH:
        return
    name = attempt.operation.value
    if attempt.service_role is not None:
        raise UsageError(f"`{name}` runs as no service role", help="add --operation batch")
    if attempt.input_s3 is not None or attempt.output_s3 is not None:
        raise UsageError(f"`{name}` reads and writes no data", help="add --operation batch")


def batch_checks(call: InferenceCall) -> Iterator[Check]:
    """The caller's side of a batch job.

    Raises:
        UsageError: a batch job cannot use what is named.
    """
    if call.target.kind not in _TAKEN:
        raise UsageError(
            f"a batch job cannot use `{call.target.given}`",
            help="it takes foundation models, inference profiles and custom models",
        )
    for model in call.target.models:
        yield call.check(Purpose.MODEL, call.model(model))
    if call.target.kind is Purpose.CUSTOM_MODEL:
        yield call.check(Purpose.CUSTOM_MODEL, custom_model(call))
    yield call.check(Purpose.BATCH_JOB, call.own("model-invocation-job/*"))
    if call.attempt.service_role is None:
        role = Missing(
            what="the service role of the batch job, and whether the caller may pass it",
            call="iam:GetRole",
            account=call.account,
            command="diagnose --service-role ARN",
        )
        yield call.undecided(Purpose.PASS_ROLE, role, "iam:PassRole")
        return
    arn = str(parse_role(call.attempt.service_role))
    resource = Resource(arn, call.account, call.region)
    keys = {"iam:PassedToService": SERVICE}
    passing = call.check(Purpose.PASS_ROLE, resource, action="iam:PassRole", keys=keys)
    # passing a role is no request of its own, so that no endpoint policy sees it
    yield replace(passing, policies=replace(passing.policies, endpoint=None))


def custom_model(call: InferenceCall) -> Resource:
    """The custom model that a job names; its tags are in no snapshot."""
    settle = f"aws bedrock list-tags-for-resource --resource-arn {call.target.arn}"
    return replace(call.named(call.target.arn), tags=None, settle=settle)


def batch_notes(call: InferenceCall) -> Iterator[str]:
    """What is not checked of a job, and the least number of records where its quota is known."""
    if call.attempt.operation is not Operation.BATCH:
        return
    if call.attempt.service_role is not None:
        if call.attempt.input_s3 is None or call.attempt.output_s3 is None:
            yield (
                "access of the service role to the S3 buckets of the job is not checked: give "
                "--input-s3 and --output-s3"
            )
        yield "AWS KMS keys of the job's data are not checked"
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region).quotas
    for quota in held if isinstance(held, tuple) else ():
        if quota.name.startswith(_MINIMUM) and _is_about(quota.name, call.target.models):
            yield f"{quota.name}: {quota.value:g}"


def _is_about(name: str, models: tuple[str, ...]) -> bool:
    return any(names_model(name, model) for model in models)
