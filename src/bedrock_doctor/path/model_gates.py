"""Gates of the model itself: where it is offered, how it can be called, its lifecycle.

https://docs.aws.amazon.com/bedrock/latest/userguide/models-region-compatibility.html
https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
"""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.catalog.bedrock_models import Offer
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import FoundationModel
from bedrock_doctor.model.way import Gate, GateState, Purpose
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.gate_builder import (
    MODELS,
    PROFILES,
    catalog_source,
    gate,
    read,
    snapshot_file,
    unchecked,
)
from bedrock_doctor.path.inference_call import InferenceCall

OFFER_STATES = {Offer.YES: GateState.OPEN, Offer.NO: GateState.HINT_CLOSED}


def _listed(call: InferenceCall) -> dict[str, FoundationModel] | None:
    """Models that the account's Region lists; None when they were not collected."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region).models
    return None if held is None or isinstance(held, Missing) else dict(held)


def _profiles_offered(call: InferenceCall, model: str) -> str:
    """Profiles through which the model can be called from the Region, separated by spaces."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    listed = {
        profile.id
        for profile in held.profiles.values()
        if profile.type == "SYSTEM_DEFINED" and profile.id.endswith(f".{model}")
    }
    known = inference_profiles.profiles_for(model, call.region)
    return " ".join(sorted(listed) or known)


def _profile_gate(call: InferenceCall) -> Iterator[Gate]:
    """Whether the Region offers the profile.

    Prefixes depend on the source Region; a wrong one is refused as an invalid model identifier.
    """
    target, rule = call.target, "profile-not-offered-in-region"
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    offered = " ".join(_profiles_offered(call, model) for model in target.models)
    facts = {"offered": offered, "sources": " ".join(inference_profiles.sources(target.id))}
    named_region = parse_arn(target.arn).region
    source = snapshot_file(call, PROFILES)
    if named_region != call.region:
        detail = f"the ARN names Region {named_region}, the call goes to {call.region}"
        state = GateState.HINT_CLOSED
        yield gate(call, Layer.MODEL_ID, rule, state, target.id, detail, "the attempt", facts)
    elif target.id in held.profiles or target.arn in held.profiles:
        detail = "the Region lists the profile"
        yield gate(call, Layer.MODEL_ID, rule, GateState.OPEN, target.id, detail, source)
    elif held.profiles_complete:
        detail = "the Region does not list the profile"
        yield gate(call, Layer.MODEL_ID, rule, GateState.CLOSED, target.id, detail, source, facts)
    elif target.kind is Purpose.PROFILE and bedrock_models.covers_region(call.region):
        state = GateState.OPEN if target.destinations else GateState.HINT_CLOSED
        detail = "offered" if target.destinations else "not offered from this Region"
        yield gate(call, Layer.MODEL_ID, rule, state, target.id, detail, catalog_source(), facts)
    else:
        missing = read(call, PROFILES, f"the inference profiles of {call.region}")
        yield unchecked(call, Layer.MODEL_ID, rule, target.id, missing)


def _catalog_offer(call: InferenceCall, model: str) -> Offer:
    if call.attempt.operation.at_mantle:
        return bedrock_models.mantle_offer(model, call.region)
    return bedrock_models.offered_in(model, call.region)


def region_gates(call: InferenceCall) -> Iterator[Gate]:
    """Whether the Region offers the profile, or the model."""
    if call.target.kind is not Purpose.MODEL:
        yield from _profile_gate(call)
        return
    model, rule = call.target.id, "model-not-offered-in-region"
    listed = _listed(call)
    found = bedrock_models.model(model)
    facts = {"regions": " ".join(found.regions) if found else ""}
    if listed is not None and not call.attempt.operation.at_mantle:
        state = GateState.OPEN if model in listed else GateState.CLOSED
        detail = "the Region lists the model" if model in listed else "the Region does not list it"
        source = snapshot_file(call, MODELS)
        yield gate(call, Layer.MODEL_REGION, rule, state, model, detail, source, facts)
        return
    offer = _catalog_offer(call, model)
    if offer is Offer.UNKNOWN:
        missing = read(call, MODELS, f"the models that {call.region} offers")
        yield unchecked(call, Layer.MODEL_REGION, rule, model, missing)
    else:
        state = OFFER_STATES[offer]
        source = catalog_source()
        yield gate(call, Layer.MODEL_REGION, rule, state, model, offer.value, source, facts)


def on_demand_gate(call: InferenceCall) -> Iterator[Gate]:
    """Whether the bare model id can be called, or only a profile.

    bedrock-mantle has no profiles, so the question does not arise there.
    """
    at_mantle = call.attempt.operation.at_mantle
    if call.target.kind is not Purpose.MODEL or at_mantle:
        return
    model, rule = call.target.id, "on-demand-not-supported"
    facts = {"profiles": _profiles_offered(call, model)}
    listed = (_listed(call) or {}).get(model)
    if listed is not None:
        on_demand = "ON_DEMAND" in listed.inference_types
        state = GateState.OPEN if on_demand else GateState.CLOSED
        detail = f"inference types: {', '.join(listed.inference_types)}"
        source = snapshot_file(call, MODELS)
        yield gate(call, Layer.MODEL_ID, rule, state, model, detail, source, facts)
        return
    offer = bedrock_models.on_demand(model, call.region)
    if offer is Offer.UNKNOWN:
        missing = read(call, MODELS, f"the inference types of {model} in {call.region}")
        yield unchecked(call, Layer.MODEL_ID, rule, model, missing)
    else:
        state = OFFER_STATES[offer]
        yield gate(call, Layer.MODEL_ID, rule, state, model, offer.value, catalog_source(), facts)


def _reference_day(call: InferenceCall) -> str:
    """The day that lifecycle dates are compared with: the snapshot's, else the catalog's."""
    return call.snapshot.created[:10] or bedrock_models.data_date()


def _listed_lifecycle(call: InferenceCall, model: FoundationModel) -> Gate:
    source = snapshot_file(call, MODELS)
    facts = {"end_of_life": model.end_of_life[:10], "legacy_since": model.legacy_since[:10]}
    day = _reference_day(call)
    ended = bool(model.end_of_life) and model.end_of_life[:10] < day
    if ended:
        rule, state, detail = "model-end-of-life", GateState.CLOSED, "past its end of life"
    elif model.lifecycle == "LEGACY":
        # accounts that used the model lately go on using it
        rule, state, detail = "model-legacy", GateState.HINT_CLOSED, "Legacy"
    else:
        rule, state, detail = "model-legacy", GateState.OPEN, model.lifecycle or "not Legacy"
    return gate(call, Layer.LIFECYCLE, rule, state, model.id, detail, source, facts)


def _catalog_lifecycle(call: InferenceCall, model: str) -> Gate | None:
    dates = bedrock_models.lifecycle(model, call.region)
    removed = bedrock_models.removed_on(model)
    day = _reference_day(call)
    if dates is None and removed is None:
        return None
    facts = {
        "end_of_life": dates.end if dates else "",
        "legacy_since": dates.legacy if dates else "",
        "removed": removed or "",
    }
    ended = removed is not None or (dates is not None and dates.end < day)
    source = f"AWS page of {bedrock_models.lifecycle_date()}" if dates else catalog_source()
    rule = "model-end-of-life" if ended else "model-legacy"
    detail = "past its end of life" if ended else "Legacy"
    return gate(call, Layer.LIFECYCLE, rule, GateState.HINT_CLOSED, model, detail, source, facts)


def lifecycle_gates(call: InferenceCall) -> Iterator[Gate]:
    """Whether each model is Legacy or past its end of life."""
    listed = _listed(call)
    for model in call.target.models:
        if listed is not None and model in listed:
            yield _listed_lifecycle(call, listed[model])
            continue
        known = _catalog_lifecycle(call, model)
        if known:
            yield known
        else:
            missing = read(call, MODELS, f"the lifecycle of {model}")
            yield unchecked(call, Layer.LIFECYCLE, "model-legacy", model, missing)
