"""How a gate is put together for an inference call."""

from __future__ import annotations

from collections.abc import Mapping

from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Gate, GateState
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.inference_call import InferenceCall

AVAILABILITY = "get-foundation-model-availability"
MODELS = "list-foundation-models"
PROFILES = "list-inference-profiles"


def snapshot_file(call: InferenceCall, operation: str, name: str = "") -> str:
    """Path of the snapshot file of a Bedrock read in the call's account and Region."""
    file = f"{operation}/{name.replace(':', '%3A')}" if name else operation
    return f"accounts/{call.account}/bedrock/{call.region}/{file}.json"


def catalog_source() -> str:
    """How a gate names the catalog as its source."""
    return f"catalog of {bedrock_models.data_date()}"


def gate(
    call: InferenceCall,
    layer: Layer,
    rule: str,
    state: GateState,
    subject: str,
    detail: str,
    source: str,
    facts: Mapping[str, str] | None = None,
) -> Gate:
    """A gate about which something is known."""
    return Gate(
        layer=layer,
        rule=rule,
        state=state,
        account=call.account,
        region=call.region,
        subject=subject,
        detail=detail,
        source=source,
        facts=facts or {},
    )


def unchecked(call: InferenceCall, layer: Layer, rule: str, subject: str, missing: Missing) -> Gate:
    """A gate whose evidence was not collected."""
    return Gate(
        layer=layer,
        rule=rule,
        state=GateState.NOT_CHECKED,
        account=call.account,
        region=call.region,
        subject=subject,
        missing=missing,
    )


def read(
    call: InferenceCall, operation: str, what: str, argument: str = "", name: str = ""
) -> Missing:
    """A read of Bedrock that a gate would need."""
    return missing_evidence.bedrock(
        call.snapshot,
        call.account,
        call.region,
        operation=operation,
        what=what,
        argument=argument,
        name=name,
    )
