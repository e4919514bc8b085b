"""Gates of the account and the model that are not IAM, in the order in which they are met.

A gate is CLOSED only where evidence of this account says so. What the catalog says and what
GetFoundationModelAvailability says is a hint: accounts differ, and that call was seen wrong both
ways. Evidence that was not collected leaves a gate NOT_CHECKED.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.way import Gate, Purpose
from bedrock_doctor.path.account_gates import account_gates
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.model_gates import lifecycle_gates, on_demand_gate, region_gates
from bedrock_doctor.path.quotas import quota_gates

WITHOUT_MODEL = frozenset({Operation.APPLY_GUARDRAIL})
"""Operations that call no model."""

FOUNDATION = frozenset({Purpose.MODEL, Purpose.PROFILE, Purpose.APPLICATION_PROFILE})
"""Targets that lead to foundation models."""


def gates(call: InferenceCall) -> tuple[Gate, ...]:
    """All gates of an inference call."""
    found = list(account_gates(call))
    if call.attempt.operation in WITHOUT_MODEL:
        return tuple(found)
    for target in call.target.behind or (call.target,):
        if target.kind in FOUNDATION:
            found.extend(_model_gates(replace(call, target=target)))
    return tuple(found)


def _model_gates(call: InferenceCall) -> Iterator[Gate]:
    yield from region_gates(call)
    yield from on_demand_gate(call)
    yield from lifecycle_gates(call)
    yield from quota_gates(call)
