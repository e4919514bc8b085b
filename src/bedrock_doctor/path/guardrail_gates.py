"""What is not known of guardrails, and enforced guardrails that cannot be applied at all."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Gate, GateState
from bedrock_doctor.path.enforced_guardrails import enforced_entries, not_collected
from bedrock_doctor.path.gate_builder import gate, unchecked
from bedrock_doctor.path.guardrails import (
    GUARDED,
    guardrail_destinations,
    guardrail_profile,
    guardrails,
)
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.target import is_guardrail_arn


def guardrail_gates(call: InferenceCall) -> Iterator[Gate]:
    """Guardrails whose profile was not collected, that nobody listed, or that are no guardrails."""
    for guardrail in guardrails(call):
        profile = guardrail_profile(call, guardrail)
        if isinstance(profile, Missing):
            name = parse_arn(guardrail.arn).resource_name
            yield unchecked(call, Layer.GUARDRAIL, "guardrail-profile-not-allowed", name, profile)
    if call.attempt.operation not in GUARDED:
        return
    for entry in enforced_entries(call):
        if not is_guardrail_arn(entry.guardrail_arn):
            name = entry.guardrail_arn or "the enforced guardrail"
            detail = "what is enforced is no ARN of a guardrail"
            rule, state = "enforced-guardrail-invalid", GateState.HINT_CLOSED
            source = "the enforced configuration"
            yield gate(call, Layer.GUARDRAIL, rule, state, name, detail, source)
    for missing in not_collected(call):
        rule = "enforced-guardrail-not-allowed"
        yield unchecked(call, Layer.GUARDRAIL, rule, call.target.id, missing)


def guardrail_notes(call: InferenceCall) -> tuple[str, ...]:
    """Where the destinations of guardrail profiles come from."""
    profiles = {
        profile
        for guardrail in guardrails(call)
        for profile in (guardrail_profile(call, guardrail),)
        if isinstance(profile, str)
        and guardrail_destinations(profile, parse_arn(guardrail.arn).region)
    }
    date = bedrock_models.guardrail_profiles_date()
    return tuple(
        f"destination Regions of {profile} are from AWS's page of {date}"
        for profile in sorted(profiles)
    )
