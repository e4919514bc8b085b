"""The checks of an inference call, in AWS's order.

A call through a profile is checked on the profile and on the model in every Region it may run in;
all must be allowed, and AWS reports the first that is not.

https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import ApiKey, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Check, Purpose, Target
from bedrock_doctor.path import guardrails, missing_evidence
from bedrock_doctor.path.batch import batch_checks
from bedrock_doctor.path.inference_call import InferenceCall, Resource
from bedrock_doctor.path.project import project_of

_COUNTED = (Purpose.MODEL, Purpose.PROFILE, Purpose.APPLICATION_PROFILE)


def _profile_missing(call: InferenceCall) -> Missing:
    """The destinations of a profile that neither snapshot nor catalog holds."""
    name = call.target.id
    return missing_evidence.bedrock(
        call.snapshot,
        call.account,
        call.region,
        operation="get-inference-profile",
        what=f"the destination Regions of inference profile {name} from {call.region}",
        argument=f"--inference-profile-identifier {name}",
        name=name,
    )


def _profile_resource(call: InferenceCall) -> Resource:
    """The profile, with its tags where it is an application profile."""
    resource = call.named(call.target.arn)
    if call.target.kind is not Purpose.APPLICATION_PROFILE:
        return resource
    held = missing_evidence.bedrock_region(call.snapshot, resource.account or "", call.region)
    collected = held.profiles.get(call.target.arn)
    settle = f"aws bedrock list-tags-for-resource --resource-arn {call.target.arn}"
    return replace(resource, tags=collected.tags if collected else None, settle=settle)


def routed_models(target: Target, region: str) -> Iterator[tuple[Purpose, str, str]]:
    """The models behind a profile that is called from a Region, where each is checked.

    The call's Region first, then the other destinations; an empty Region stands for global routing.
    The call's own Region is checked for system-defined profiles even where it is no destination.
    """
    own_region = target.kind is Purpose.PROFILE or target.is_global or region in target.destinations
    others = () if target.is_global else [r for r in target.destinations if r != region]
    for model in target.models:
        if own_region:
            yield Purpose.CALL_REGION_MODEL, model, region
        for other in others:
            yield Purpose.DESTINATION_MODEL, model, other
        if target.is_global:
            yield Purpose.GLOBAL_MODEL, model, ""


def _profile_checks(
    call: InferenceCall, keys: dict[str, str], action: str | None = None
) -> Iterator[Check]:
    """Profile first, then the models behind it."""
    target = call.target
    yield call.check(target.kind, _profile_resource(call), action=action, keys=keys)
    through = {**keys, "bedrock:InferenceProfileArn": target.profile_arn}
    for purpose, model, region in routed_models(target, call.region):
        yield call.check(purpose, call.model(model, region), action=action, keys=through)
    if not target.is_global and not target.destinations:
        yield call.undecided(Purpose.DESTINATION_MODEL, _profile_missing(call), action)


def _router_checks(call: InferenceCall, keys: dict[str, str]) -> Iterator[Check]:
    """The router, and every model or profile that it can pick.

    https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-routing.html
    """
    target = call.target
    yield call.check(Purpose.PROMPT_ROUTER, call.named(target.arn), keys=keys)
    through = {**keys, "bedrock:PromptRouterArn": target.arn}
    for model in target.behind:
        yield from target_checks(replace(call, target=model), through)
    if not target.behind:
        missing = missing_evidence.bedrock(
            call.snapshot,
            call.account,
            call.region,
            operation="get-prompt-router",
            what=f"the models behind {target.arn}",
            argument=f"--prompt-router-arn {target.arn}",
            name=target.id,
        )
        yield call.undecided(Purpose.MODEL, missing)


def _prompt_checks(call: InferenceCall, keys: dict[str, str]) -> Iterator[Check]:
    """Rendering the prompt, and the model or profile that the prompt names.

    https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-management-prereq.html
    """
    target = call.target
    yield call.check(Purpose.PROMPT, call.named(target.arn), action="bedrock:RenderPrompt")
    for model in target.behind:
        yield from target_checks(replace(call, target=model), keys)
    if not target.behind:
        name, _, version = target.id.partition(":")
        argument = f" --prompt-version {version}" if version else ""
        missing = Missing(
            what=f"the model that prompt {target.id} names",
            call="bedrock:GetPrompt",
            account=call.account,
            region=call.region,
            command=f"aws bedrock-agent get-prompt --region {call.region} "
            f"--prompt-identifier {name}{argument}",
            path=f"accounts/{call.account}/bedrock/{call.region}/get-prompt/{name}.json",
        )
        yield call.undecided(Purpose.MODEL, missing)


def target_checks(call: InferenceCall, keys: dict[str, str]) -> Iterator[Check]:
    """The checks that what is called leads to.

    Args:
        call: the call.
        keys: condition keys that all of them carry.
    """
    match call.target.kind:
        case Purpose.PROFILE | Purpose.APPLICATION_PROFILE:
            yield from _profile_checks(call, keys)
        case Purpose.PROMPT_ROUTER:
            yield from _router_checks(call, keys)
        case Purpose.PROMPT:
            yield from _prompt_checks(call, keys)
        case Purpose.MODEL:
            resource = replace(call.named(call.target.arn), account=None)
            yield call.check(Purpose.MODEL, resource, keys=keys)
        case kind:
            yield call.check(kind, _tagged(call), keys=keys)


def _tagged(call: InferenceCall) -> Resource:
    """A resource of an account whose tags no snapshot holds."""
    settle = f"aws bedrock list-tags-for-resource --resource-arn {call.target.arn}"
    return replace(call.named(call.target.arn), tags=None, settle=settle)


def _count_tokens_checks(call: InferenceCall) -> Iterator[Check]:
    """CountTokens knows foundation models alone; the guide asks for InvokeModel as well.

    https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html

    Raises:
        UsageError: something else than a foundation model or a profile is named.
    """
    if call.target.kind not in _COUNTED:
        raise UsageError(
            f"CountTokens cannot count for `{call.target.given}`",
            help="it takes foundation models: name the base model",
        )
    for model in call.target.models:
        yield call.check(Purpose.MODEL, call.model(model))
        yield call.check(Purpose.MODEL, call.model(model), action="bedrock:InvokeModel")
    if call.target.kind is Purpose.APPLICATION_PROFILE and not call.target.models:
        yield call.undecided(Purpose.MODEL, _profile_missing(call))


def _mantle_checks(call: InferenceCall) -> Iterator[Check]:
    """bedrock-mantle checks the project; the model is a condition key.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockmantle.html

    Raises:
        UsageError: something else than a model is named.
    """
    if call.target.kind is not Purpose.MODEL:
        raise UsageError(
            f"bedrock-mantle cannot call `{call.target.given}`",
            help="bedrock-mantle takes model ids; it has no inference profiles",
        )
    project = project_of(call, "bedrock-mantle")
    yield call.check(Purpose.PROJECT, project, keys={"bedrock-mantle:Model": call.target.id})


def _responses_checks(call: InferenceCall) -> Iterator[Check]:
    """The Responses API on bedrock-runtime: the inference target, and the project.

    https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html
    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html

    Raises:
        UsageError: an application inference profile is named, which it does not take.
    """
    if call.target.kind is Purpose.APPLICATION_PROFILE:
        raise UsageError(
            "the Responses API takes no application inference profile",
            help="name the model or a system-defined profile",
        )
    project = project_of(call, "bedrock")
    yield from target_checks(call, {"bedrock:ProjectArn": project.arn})
    model = call.target.models[0] if call.target.models else ""
    keys = {"bedrock:ModelArn": call.model(model).arn} if model else {}
    yield call.check(Purpose.PROJECT, project, keys=keys)


def _operation_checks(call: InferenceCall) -> Iterator[Check]:
    match call.attempt.operation:
        case Operation.APPLY_GUARDRAIL:
            return
        case Operation.COUNT_TOKENS:
            yield from _count_tokens_checks(call)
        case Operation.BATCH:
            yield from batch_checks(call)
        case Operation.MANTLE_INFERENCE | Operation.MANTLE_COUNT_TOKENS:
            yield from _mantle_checks(call)
        case Operation.RESPONSES:
            yield from _responses_checks(call)
        case Operation.START_ASYNC_INVOKE:
            yield from target_checks(call, {})
            yield call.check(Purpose.ASYNC_INVOKE, call.own("async-invoke/*"))
        case _:
            yield from target_checks(call, {})


def _api_key_check(call: InferenceCall, key: ApiKey) -> Check:
    """Every call with an API key needs CallWithBearerToken in the namespace that it calls.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html

    Raises:
        UsageError: the operation takes no API keys.
    """
    if call.attempt.operation is Operation.INVOKE_MODEL_BIDI:
        raise UsageError(
            "the bidirectional stream takes no API keys", help="call it with AWS credentials"
        )
    service = call.action.partition(":")[0]
    kind = "SHORT_TERM" if key is ApiKey.SHORT else "LONG_TERM"
    return call.check(
        Purpose.BEARER_TOKEN,
        Resource("*", call.account, call.region),
        action=f"{service}:CallWithBearerToken",
        keys={f"{service}:BearerTokenType": kind},
    )


def inference_checks(call: InferenceCall) -> tuple[Check, ...]:
    """All checks of an inference call, in AWS's order.

    Raises:
        UsageError: the operation cannot be made in this way.
    """
    checks = []
    if call.attempt.api_key:
        checks.append(_api_key_check(call, call.attempt.api_key))
    checks.extend(_operation_checks(call))
    checks.extend(guardrails.guardrail_checks(call))
    return tuple(checks)
