"""Guardrails that an inference call must be allowed to apply: sent with it, or enforced on it.

https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import EnforcedGuardrail
from bedrock_doctor.model.way import Check, Purpose
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.target import guardrail_arn

GUARDED = frozenset(
    {
        Operation.CONVERSE,
        Operation.CONVERSE_STREAM,
        Operation.INVOKE_MODEL,
        Operation.INVOKE_MODEL_STREAM,
    }
)
"""Operations to which guardrails apply."""

_NO_POLICY = "ResourceNotFoundException"
"""AWS's answer for a resource that has no resource-based policy."""


def _resource_policy(call: InferenceCall, arn: str) -> Readable | None:
    """The resource-based policy of a guardrail, from its owner's account."""
    parsed = parse_arn(arn)
    held = missing_evidence.bedrock_region(call.snapshot, parsed.account, parsed.region)
    for name in (arn, parsed.resource_name):
        found = held.resource_policies.get(name)
        if isinstance(found, Missing) and found.code == _NO_POLICY:
            return None
        if found is not None:
            return found
    absent = missing_evidence.bedrock(
        call.snapshot,
        parsed.account,
        parsed.region,
        operation="get-resource-policy",
        what=f"the resource policy of guardrail {parsed.resource_name}",
        argument=f"--resource-arn {arn}",
        name=parsed.resource_name,
    )
    return None if absent.code == _NO_POLICY else absent


def apply_check(call: InferenceCall, arn: str, purpose: Purpose) -> Check:
    """The check for ApplyGuardrail on a guardrail, whose ARN has no version."""
    settle = f"aws bedrock list-tags-for-resource --resource-arn {arn}"
    policy = _resource_policy(call, arn)
    resource = replace(call.named(arn), policy=policy, tags=None, settle=settle)
    return call.check(purpose, resource, action="bedrock:ApplyGuardrail")


def _applies(entry: EnforcedGuardrail, models: tuple[str, ...]) -> bool:
    """Whether an enforced guardrail covers one of the models."""
    if models and all(model in entry.excluded_models for model in models):
        return False
    included = [name for name in entry.included_models if name != "ALL"]
    return not included or not models or any(model in included for model in models)


def _text(value: object) -> str:
    """A value of an effective policy, which may stand under an inheritance operator."""
    if isinstance(value, Mapping):
        return _text(value.get("@@assign"))
    return value if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return _names(value.get("@@assign"))
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()


def _member(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _from_policy(content: str, region: str) -> Iterator[EnforcedGuardrail]:
    """Entries of an effective BEDROCK_POLICY for a Region; nothing where it has another shape.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_bedrock_syntax.html
    """
    try:
        policy = json.loads(content)
    except ValueError:
        return
    inference = _member(_member(policy, "bedrock"), "guardrail_inference")
    entries = _member(inference, region)
    for entry in entries.values() if isinstance(entries, Mapping) else ():
        identifier = _text(_member(entry, "identifier"))
        models = _member(entry, "model_enforcement")
        yield EnforcedGuardrail(
            guardrail_arn=identifier,
            version="",
            included_models=_names(_member(models, "included_models")),
            excluded_models=_names(_member(models, "excluded_models")),
        )


def enforced(call: InferenceCall) -> tuple[str, ...]:
    """ARNs without version of the guardrails that are enforced on the call, without repeats."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    listed = held.enforced_guardrails if isinstance(held.enforced_guardrails, tuple) else ()
    org = call.snapshot.organization_of(call.account)
    content = org.bedrock_policies.get(call.account, "") if org else ""
    entries = [*listed, *_from_policy(content, call.region)]
    arns = [
        guardrail_arn(entry.guardrail_arn, call.partition, call.region, call.account)[0]
        for entry in entries
        if is_arn(entry.guardrail_arn) and _applies(entry, call.target.models)
    ]
    return tuple(dict.fromkeys(arns))


def guardrail_checks(call: InferenceCall) -> Iterator[Check]:
    """ApplyGuardrail on the guardrail sent with the call and on every enforced one."""
    if call.attempt.operation not in GUARDED:
        return
    if call.attempt.guardrail:
        arn, _ = guardrail_arn(call.attempt.guardrail, call.partition, call.region, call.account)
        yield apply_check(call, arn, Purpose.GUARDRAIL)
    for arn in enforced(call):
        yield apply_check(call, arn, Purpose.ENFORCED_GUARDRAIL)
