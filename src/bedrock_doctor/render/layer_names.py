"""What layers are called in a report: in the closed list of the contract, and by people."""

from __future__ import annotations

from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.model.way import GateState, HopKind

_SPOKEN = {
    Layer.IDENTITY: "identity policy",
    Layer.BOUNDARY: "boundary",
    Layer.SESSION: "session policy",
    Layer.TRUST: "trust policy",
    Layer.RESOURCE: "resource policy",
    Layer.SCP: "SCP",
    Layer.RCP: "RCP",
    Layer.ENDPOINT: "VPC endpoint",
    Layer.AGREEMENT: "model access",
    Layer.MODEL_REGION: "model in Region",
    Layer.MODEL_ID: "model id",
    Layer.LIFECYCLE: "model lifecycle",
    Layer.USE_CASE: "use case form",
    Layer.DATA_RETENTION: "data retention",
}
_VERDICTS = {
    Outcome.ALLOWED: "allow",
    Outcome.IMPLICITLY_DENIED: "deny",
    Outcome.EXPLICITLY_DENIED: "deny",
    Outcome.UNKNOWN: "unknown",
    Outcome.NOT_APPLICABLE: "not-applicable",
}
GATE_VERDICTS = {
    GateState.OPEN: "allow",
    GateState.CLOSED: "deny",
    GateState.HINT_CLOSED: "unknown",
    GateState.NOT_CHECKED: "unknown",
}


def layer_of(layer: PolicyLayer, hop: HopKind) -> Layer:
    """The report's name of a policy layer."""
    if layer is PolicyLayer.ENDPOINT:
        return Layer.ENDPOINT
    if layer is PolicyLayer.RESOURCE:
        return Layer.TRUST if hop is HopKind.ASSUME else Layer.RESOURCE
    return Layer(layer.value)


def spoken(layer: Layer) -> str:
    """What people call the layer."""
    return _SPOKEN.get(layer, layer.value.replace("-", " "))


def verdict_of(outcome: Outcome) -> str:
    """``allow``, ``deny``, ``unknown`` or ``not-applicable``."""
    return _VERDICTS[outcome]
