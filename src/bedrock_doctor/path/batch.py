"""A batch job, the side of its caller: models and jobs, not profiles, and the service role.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Check, Purpose
from bedrock_doctor.path.assume_role import parse_role
from bedrock_doctor.path.inference_call import InferenceCall, Resource

SERVICE = "bedrock.amazonaws.com"


def batch_checks(call: InferenceCall) -> Iterator[Check]:
    """The caller's side of a batch job."""
    for model in call.target.models:
        yield call.check(Purpose.MODEL, call.model(model))
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
