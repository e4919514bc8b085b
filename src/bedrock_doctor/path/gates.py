"""Gates of the account and the model that are not IAM, in the order in which they are met.

A gate is CLOSED only where evidence of this account says so. What the catalog says and what
GetFoundationModelAvailability says is a hint: accounts differ, and that call was seen wrong both
ways. Evidence that was not collected leaves a gate NOT_CHECKED.
"""

from __future__ import annotations

from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.way import Gate, Purpose
from bedrock_doctor.path.account_gates import account_gates, quota_gates
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.model_gates import lifecycle_gates, on_demand_gate, region_gates

WITHOUT_MODEL = frozenset({Operation.APPLY_GUARDRAIL})
"""Operations that call no model."""

FOUNDATION = frozenset({Purpose.MODEL, Purpose.PROFILE, Purpose.APPLICATION_PROFILE})
"""Targets that lead to foundation models."""


def gates(call: InferenceCall) -> tuple[Gate, ...]:
    """All gates of an inference call."""
    found = list(account_gates(call))
    if call.attempt.operation in WITHOUT_MODEL or call.target.kind not in FOUNDATION:
        return tuple(found)
    found.extend(region_gates(call))
    found.extend(on_demand_gate(call))
    found.extend(lifecycle_gates(call))
    found.extend(quota_gates(call))
    return tuple(found)
