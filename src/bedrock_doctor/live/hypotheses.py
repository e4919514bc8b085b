"""What calls with an empty body can settle for one attempt: one hypothesis, one call.

Each differs from the attempt in one thing, so that where the attempt is refused and a variant is
not, the difference is what is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.probe import Hypothesis

_WHOLE, _STREAM = "InvokeModel", "InvokeModelWithResponseStream"
CALLS = {
    Operation.CONVERSE: _WHOLE,
    Operation.INVOKE_MODEL: _WHOLE,
    Operation.CONVERSE_STREAM: _STREAM,
    Operation.INVOKE_MODEL_STREAM: _STREAM,
}
"""The call that is checked for the same action. Other operations have none that botocore knows, or
none that is sure to start nothing."""


def hypotheses(attempt: Attempt, *, has_key: bool) -> tuple[Hypothesis, ...]:
    """The calls worth making, the attempt itself first; empty where none can be made.

    Args:
        attempt: the question.
        has_key: whether AWS_BEARER_TOKEN_BEDROCK holds an API key.
    """
    call = CALLS.get(attempt.operation)
    if call is None:
        return ()
    own = Hypothesis(
        "the call as it is attempted",
        call,
        attempt.model,
        attempt.region,
        attempt.guardrail,
        by_key=attempt.api_key is not None,
        is_attempt=True,
    )
    found = [*_other_action(own), *_without_guardrail(own), *_other_targets(own)]
    if attempt.api_key is not None and not has_key:
        return (_by_session(own), *(_by_session(variant) for variant in found))
    signed = _by_other_signature(own, has_key=has_key)
    return (own, *found, *signed)


def _by_session(own: Hypothesis) -> Hypothesis:
    """The same, signed by the session: what can be tried without the API key."""
    question = "the call, signed by the session" if own.is_attempt else own.question
    return Hypothesis(
        question,
        own.operation,
        own.model,
        own.region,
        own.guardrail,
        if_passed=own.if_passed or "the session passes; the API key of the attempt is not at hand",
        if_denied=own.if_denied or "the session is refused too, whatever the API key adds",
    )


def _other_action(own: Hypothesis) -> Iterator[Hypothesis]:
    other = _STREAM if own.operation == _WHOLE else _WHOLE
    yield Hypothesis(
        f"the same with bedrock:{other}",
        other,
        own.model,
        own.region,
        own.guardrail,
        by_key=own.by_key,
        if_passed=f"what is refused is the action bedrock:{own.operation} alone",
        if_denied="the other action is refused too, so it is not the action alone",
    )


def _other_targets(own: Hypothesis) -> Iterator[Hypothesis]:
    """The model behind a profile in each Region it may run in; the profiles of a model."""
    name = own.model.rpartition("/")[2]
    split = inference_profiles.split_profile_id(name)
    if split is None:
        yield from _through_profiles(own, name)
        return
    prefix, model = split
    known = bedrock_models.models().get(model)
    on_demand = known.on_demand if known else ()
    if prefix == inference_profiles.GLOBAL:
        yield from _through_profiles(own, model)
        regions: tuple[str, ...] = (own.region,)
    else:
        regions = inference_profiles.destinations(name, own.region) or ()
    if own.guardrail is not None:
        regions = ()  # a guardrail belongs to one Region
    for region in sorted({own.region, *regions}, key=lambda code: (code != own.region, code)):
        if region in on_demand:
            yield _directly(own, model, region)
        elif region != own.region and region in inference_profiles.sources(name):
            yield _from_region(own, name, region)


def _directly(own: Hypothesis, model: str, region: str) -> Hypothesis:
    return Hypothesis(
        f"the model itself in {region}, without the profile",
        own.operation,
        model,
        region,
        own.guardrail,
        by_key=own.by_key,
        if_passed=f"the model in {region} is not what is refused, unless a condition asks for or "
        "against the profile",
        if_denied=f"the model in {region} is refused without the profile; through the profile it "
        "may still be allowed, where a policy says so",
    )


def _from_region(own: Hypothesis, profile: str, region: str) -> Hypothesis:
    return Hypothesis(
        f"the profile, called in {region}",
        own.operation,
        profile,
        region,
        own.guardrail,
        by_key=own.by_key,
        if_passed=f"in {region} the profile and all Regions behind it pass: what is refused "
        f"belongs to {own.region} or to a Region that only {own.region} routes to",
        if_denied=f"called in {region} it is refused too",
    )


def _through_profiles(own: Hypothesis, model: str) -> Iterator[Hypothesis]:
    for profile in inference_profiles.profiles_for(model, own.region):
        if profile != own.model.rpartition("/")[2]:
            yield Hypothesis(
                f"the same model through the profile {profile}",
                own.operation,
                profile,
                own.region,
                own.guardrail,
                by_key=own.by_key,
                if_passed=f"the application may call {profile} instead",
                if_denied=f"through {profile} it is refused too",
            )


def _without_guardrail(own: Hypothesis) -> Iterator[Hypothesis]:
    if own.guardrail is not None:
        yield Hypothesis(
            "the same without the guardrail",
            own.operation,
            own.model,
            own.region,
            by_key=own.by_key,
            if_passed="what is refused is the guardrail: bedrock:ApplyGuardrail, or a condition on "
            "bedrock:GuardrailIdentifier",
            if_denied="without the guardrail it is refused too",
        )


def _by_other_signature(own: Hypothesis, *, has_key: bool) -> Iterator[Hypothesis]:
    """The API key against the session: whichever the attempt does not sign with."""
    if not own.by_key and not has_key:
        return
    yield Hypothesis(
        "the same, signed by the session instead of the API key"
        if own.by_key
        else "the same, signed by the API key in AWS_BEARER_TOKEN_BEDROCK",
        own.operation,
        own.model,
        own.region,
        own.guardrail,
        by_key=not own.by_key,
        if_passed="what is refused is the API key, or the identity behind it"
        if own.by_key
        else "the API key passes: an application that has the variable is not refused here",
        if_denied="the session is refused too"
        if own.by_key
        else "the API key is refused, and it is what an SDK signs with where the variable is set",
    )
