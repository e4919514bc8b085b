"""The model argument as people write it, and what it names.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.catalog.gateway_names import bedrock_name
from bedrock_doctor.catalog.spelling import near_matches
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.arn import Arn, is_arn, parse_arn
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import BedrockRegion, InferenceProfile, Snapshot
from bedrock_doctor.model.way import Purpose, Target
from bedrock_doctor.path import missing_evidence

ARN_KINDS = {
    "foundation-model": Purpose.MODEL,
    "inference-profile": Purpose.PROFILE,
    "application-inference-profile": Purpose.APPLICATION_PROFILE,
    "provisioned-model": Purpose.PROVISIONED_MODEL,
    "custom-model": Purpose.CUSTOM_MODEL,
    "custom-model-deployment": Purpose.CUSTOM_MODEL_DEPLOYMENT,
    "imported-model": Purpose.IMPORTED_MODEL,
    "prompt-router": Purpose.PROMPT_ROUTER,
    "default-prompt-router": Purpose.PROMPT_ROUTER,
    "prompt": Purpose.PROMPT,
    "guardrail": Purpose.GUARDRAIL,
}
"""Bedrock resource types that can stand for a model, and the check that they lead to."""

_GUARDRAIL = re.compile(r"guardrail/[a-z0-9]+")
_VERSIONED = re.compile(r":(?:[0-9]+|DRAFT)$")


def _unknown_model(given: str, region: str, held: BedrockRegion) -> UnknownName:
    listed = held.models if held.models and not isinstance(held.models, Missing) else {}
    near = [
        *inference_profiles.near_profiles(given, region, 2),
        *near_matches(given, [*listed, *held.profiles], 2),
        *bedrock_models.near_models(given, 2),
    ]
    names = " or ".join(f"`{name}`" for name in dict.fromkeys(near))
    return UnknownName(
        f"`{given}` is no model, inference profile or ARN that is known",
        help=f"did you mean {names}?" if names else "expected a model id, a profile id or an ARN",
    )


def _is_known_model(model_id: str, held: BedrockRegion) -> bool:
    listed = held.models if held.models and not isinstance(held.models, Missing) else {}
    return model_id in listed or bedrock_models.is_known(model_id)


def _from_snapshot(profile: InferenceProfile, arn: str, kind: Purpose, given: str) -> Target:
    arns = [parse_arn(text) for text in profile.model_arns if is_arn(text)]
    regions = {model.region for model in arns}
    return Target(
        kind=kind,
        id=profile.id,
        arn=arn,
        profile_arn=arn,
        models=tuple(dict.fromkeys(model.resource_name for model in arns)),
        destinations=tuple(sorted(regions - {""})),
        is_global="" in regions or profile.id.startswith(f"{inference_profiles.GLOBAL}."),
        source="snapshot",
        given=given,
    )


def _system_profile(arn: Arn, given: str, held: BedrockRegion, region: str) -> Target:
    """A system-defined profile; destinations of the snapshot win over the catalog's."""
    profile_id = arn.resource_name
    collected = held.profiles.get(profile_id)
    if collected and collected.model_arns:
        return _from_snapshot(collected, str(arn), Purpose.PROFILE, given)
    split = inference_profiles.split_profile_id(profile_id)
    if split is None or not _is_known_model(split[1], held):
        raise _unknown_model(profile_id, region, held)
    destinations = inference_profiles.destinations(profile_id, region)
    return Target(
        kind=Purpose.PROFILE,
        id=profile_id,
        arn=str(arn),
        profile_arn=str(arn),
        models=(split[1],),
        destinations=destinations or (),
        is_global=split[0] == inference_profiles.GLOBAL,
        source="catalog" if destinations else "",
        dated=bedrock_models.data_date() if destinations else "",
        given=given,
    )


def _application_profile(arn: Arn, given: str, held: BedrockRegion) -> Target:
    collected = held.profiles.get(str(arn)) or held.profiles.get(arn.resource_name)
    if collected and collected.model_arns:
        return _from_snapshot(collected, str(arn), Purpose.APPLICATION_PROFILE, given)
    return Target(
        kind=Purpose.APPLICATION_PROFILE,
        id=arn.resource_name,
        arn=str(arn),
        profile_arn=str(arn),
        given=given,
    )


def _from_arn(text: str, region: str, snapshot: Snapshot, account: str) -> Target:
    arn = parse_arn(text)
    if arn.service == "sagemaker" and arn.resource_type == "endpoint":
        # InvokeModel on a Marketplace endpoint is checked on one resource for all of them:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
        resource = f"arn:{arn.partition}:bedrock:{arn.region}:{arn.account}:"
        checked = f"{resource}marketplace/model-endpoint/all-access"
        return Target(Purpose.MARKETPLACE_ENDPOINT, arn.resource_name, checked, given=text)
    held = missing_evidence.bedrock_region(snapshot, arn.account or account, region)
    if arn.service != "bedrock" or arn.resource_type not in ARN_KINDS:
        raise UnknownName(
            f"`{text}` cannot be called as a model", help=f"expected one of {', '.join(ARN_KINDS)}"
        )
    kind = ARN_KINDS[arn.resource_type]
    if kind is Purpose.PROFILE:
        return _system_profile(arn, text, held, region)
    if kind is Purpose.APPLICATION_PROFILE:
        return _application_profile(arn, text, held)
    if kind is Purpose.MODEL and arn.account:
        raise UnknownName(
            f"`{text}` names no model: foundation models belong to no account",
            help=f"did you mean `{Arn(arn.partition, 'bedrock', arn.region, '', arn.resource)}`?",
        )
    if kind is Purpose.MODEL and not _is_known_model(arn.resource_name, held):
        raise _unknown_model(arn.resource_name, region, held)
    if kind in (Purpose.PROMPT, Purpose.PROMPT_ROUTER):
        return _leading_on(kind, arn, snapshot, account, held)
    models = (arn.resource_name,) if kind is Purpose.MODEL else ()
    return Target(kind, arn.resource_name, str(arn), models=models, given=text)


def _leading_on(
    kind: Purpose, arn: Arn, snapshot: Snapshot, account: str, held: BedrockRegion
) -> Target:
    """A prompt or prompt router with what it leads to, where that was collected and is known."""
    details = held.resources.get(str(arn), {})
    named = _prompt_model(details) if kind is Purpose.PROMPT else _router_models(details)
    behind: dict[str, Target] = {}
    for text in named:
        try:
            target = _named(text, arn.region, snapshot, arn.partition, account)
        except UnknownName:
            # a model that is newer than the catalog: the answer stays open
            return Target(kind, arn.resource_name, str(arn))
        behind[target.arn] = target
    models = dict.fromkeys(model for target in behind.values() for model in target.models)
    return Target(
        kind, arn.resource_name, str(arn), models=tuple(models), behind=tuple(behind.values())
    )


def _prompt_model(details: Mapping[str, str]) -> tuple[str, ...]:
    """The model of a prompt's default variant; none where the variant calls an agent.

    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_GetPrompt.html
    """
    names = {
        name.removesuffix(".name"): value
        for name, value in details.items()
        if re.fullmatch(r"variants\.\d+\.name", name)
    }
    default = details.get("defaultVariant")
    chosen = [place for place, name in names.items() if default in (name, None)]
    model = details.get(f"{chosen[0]}.modelId") if len(chosen) == 1 else None
    return (model,) if model else ()


def _router_models(details: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(value for name, value in details.items() if name.endswith(".modelArn"))


def resolve_target(attempt: Attempt, snapshot: Snapshot, partition: str, account: str) -> Target:
    """What the model argument names, for a caller of this partition and account.

    Raises:
        UnknownName: it names nothing that is known; near matches are in the help.
        UsageError: a guardrail is to be applied and none is named.
    """
    if attempt.operation is Operation.APPLY_GUARDRAIL:
        return _guardrail_target(attempt, partition, account)
    given = bedrock_name(attempt.model)[0]
    target = _named(given, attempt.region, snapshot, partition, account)
    if target.kind is Purpose.CUSTOM_MODEL and attempt.operation is not Operation.BATCH:
        raise UnknownName(
            f"`{given}` cannot be called as a model",
            help="deploy the custom model first and name its deployment",
        )
    return replace(target, given=attempt.model)


def _named(given: str, region: str, snapshot: Snapshot, partition: str, account: str) -> Target:
    """A model, profile or resource by its id or ARN, without any prefix of a gateway."""
    if given.startswith("arn:"):
        return _from_arn(given, region, snapshot, account)
    held = missing_evidence.bedrock_region(snapshot, account, region)
    collected = held.profiles.get(given)
    if collected and collected.type == "APPLICATION":
        return _application_profile(parse_arn(collected.arn), given, held)
    if collected or inference_profiles.split_profile_id(given):
        arn = Arn(partition, "bedrock", region, account, f"inference-profile/{given}")
        return _system_profile(arn, given, held, region)
    if not _is_known_model(given, held):
        raise _unknown_model(given, region, held)
    arn = Arn(partition, "bedrock", region, "", f"foundation-model/{given}")
    return Target(Purpose.MODEL, given, str(arn), models=(given,), given=given)


def guardrail_arn(text: str, partition: str, region: str, account: str) -> tuple[str, str]:
    """ARN and version of a guardrail given by id or ARN, with or without ``:version``.

    The version is empty when it was not given.

    Raises:
        UsageError: it is neither; the id of a guardrail has small letters and digits.
    """
    given, _, version = text.rpartition(":") if _VERSIONED.search(text) else (text, "", "")
    if is_guardrail_arn(text):
        return given, version
    if _GUARDRAIL.fullmatch(f"guardrail/{given}"):
        return str(Arn(partition, "bedrock", region, account, f"guardrail/{given}")), version
    raise UsageError(
        f"`{text}` is no guardrail",
        help="expected its id or ARN, with or without `:VERSION` (a number or DRAFT)",
    )


def is_guardrail_arn(text: str) -> bool:
    """Whether a text is the ARN of a guardrail, with or without ``:version``."""
    given = text.rpartition(":")[0] if _VERSIONED.search(text) else text
    arn = parse_arn(given) if is_arn(given) else None
    return (
        arn is not None
        and arn.service == "bedrock"
        and bool(arn.account)
        and _GUARDRAIL.fullmatch(arn.resource) is not None
    )


def _guardrail_target(attempt: Attempt, partition: str, account: str) -> Target:
    text = attempt.guardrail or attempt.model
    if not text:
        raise UsageError("apply-guardrail needs a guardrail", help="name it with --guardrail")
    arn, _ = guardrail_arn(text, partition, attempt.region, account)
    return Target(Purpose.GUARDRAIL, parse_arn(arn).resource_name, arn, given=text)
