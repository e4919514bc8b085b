"""The service role of a batch job: Amazon Bedrock assumes it, and it makes the inference.

So the profile and the model in every Region are checked for this role.
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.model.attempt import HopOptions, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.snapshot import IamEntity
from bedrock_doctor.model.way import Check, Hop, HopKind, Purpose
from bedrock_doctor.path import context, organization_policies
from bedrock_doctor.path.assume_role import missing_role, parse_role, resolve_role, trust_of
from bedrock_doctor.path.batch import SERVICE
from bedrock_doctor.path.batch_storage import storage_checks
from bedrock_doctor.path.inference import target_checks
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.signer import Mfa, Signer, assume


def service_role_hops(call: InferenceCall, index: int) -> Iterator[Hop]:
    """Amazon Bedrock assumes the service role, and the role calls the model.

    Args:
        call: the caller's request for the job.
        index: number of the first of these hops.
    """
    if call.attempt.operation is not Operation.BATCH or call.attempt.service_role is None:
        return
    role = parse_role(call.attempt.service_role)
    entity, exists = resolve_role(call.snapshot, role)
    service = Signer(parse_principal(SERVICE), None, Mfa.ABSENT)
    problem = None if exists else missing_role(call.snapshot, role)
    yield Hop(
        kind=HopKind.ASSUME,
        index=index,
        principal=SERVICE,
        account=role.account,
        target=str(role),
        checks=() if problem else (_service_assumes(call, service, entity, str(role)),),
        problem=problem,
    )
    signer = assume(service, str(role), entity, HopOptions())
    quiet = replace(
        call.attempt, operation=Operation.INVOKE_MODEL, endpoints=(), api_key=None, guardrail=None
    )
    inner = InferenceCall(quiet, call.snapshot, signer, call.target)
    yield Hop(
        kind=HopKind.INVOKE,
        index=index + 1,
        principal=signer.principal.arn,
        account=role.account,
        target=call.target.arn,
        checks=(*_model_checks(inner), *storage_checks(inner)),
    )


def _model_checks(call: InferenceCall) -> Iterator[Check]:
    if call.target.kind is not Purpose.CUSTOM_MODEL:
        yield from target_checks(call, {})
        return
    missing = Missing(
        what=f"what a service role needs for custom model {call.target.id}: AWS does not say",
        call="bedrock:InvokeModel",
        account=call.account,
        region=call.region,
    )
    yield call.undecided(Purpose.CUSTOM_MODEL, missing)


def _service_assumes(
    call: InferenceCall, service: Signer, entity: IamEntity | Missing, role: str
) -> Check:
    facts = context.Facts()
    facts.tell("aws:SourceAccount", call.account)
    facts.tell("aws:SourceArn", call.own("model-invocation-job/*").arn)
    facts.tell("aws:PrincipalIsAWSService", "true")
    facts.tell("aws:PrincipalServiceName", SERVICE)
    facts.tell("aws:SecureTransport", "true")
    facts.doubt_prefix("aws:", "--context KEY=VALUE")
    request = Request(
        principal=service.principal,
        action="sts:AssumeRole",
        resource=role,
        resource_account=call.account,
        context=facts.context(call.attempt.context),
    )
    policies = Policies(
        resource=trust_of(entity),
        rcp=organization_policies.rcps(call.snapshot, call.account, "sts"),
    )
    return Check(Purpose.ASSUME_ROLE, request, policies, call.region)
