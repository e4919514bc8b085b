"""From denials to the attempt behind them: who, through which role, which model and Region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bedrock_doctor.catalog import inference_profiles
from bedrock_doctor.evidence.refusal import read_resource
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.denial import Denial

OPERATIONS = {
    "Converse": Operation.CONVERSE,
    "ConverseStream": Operation.CONVERSE_STREAM,
    "InvokeModel": Operation.INVOKE_MODEL,
    "InvokeModelWithResponseStream": Operation.INVOKE_MODEL_STREAM,
    "InvokeModelWithBidirectionalStream": Operation.INVOKE_MODEL_BIDI,
    "CountTokens": Operation.COUNT_TOKENS,
    "StartAsyncInvoke": Operation.START_ASYNC_INVOKE,
    "CreateModelInvocationJob": Operation.BATCH,
    "ApplyGuardrail": Operation.APPLY_GUARDRAIL,
    "CreateInference": Operation.MANTLE_INFERENCE,
}


@dataclass(frozen=True, slots=True)
class AttemptHints:
    """What denials tell about the attempt. None: they do not tell; never a guess.

    Attributes:
        caller: ARN of who starts: the signer of the AssumeRole call, or without such a call the
            signer of the call to Bedrock.
        roles: ARNs of the roles assumed, in order; empty for a call without AssumeRole; None when
            no denial tells of either.
        bedrock_signer: ARN of who signed the call to Bedrock, where a denial shows it.
        model: model id, profile id or ARN.
        region: Region whose endpoint was called.
        operation: the operation.
        vpce: id of the VPC endpoint.
        vpce_account: account that owns it.
        source_ip: source address.
        session_name: RoleSessionName of the AssumeRole call.
        session_tags: its tags.
        transitive_tags: its transitive tag keys.
        source_identity: source identity set or carried.
        external_id_sent: whether it carried an ExternalId.
        mfa: whether the caller's session carries MFA.
        session_policy: session policy passed, a JSON text.
        session_policy_arns: managed session policies passed.
    """

    caller: str | None = None
    roles: tuple[str, ...] | None = None
    bedrock_signer: str | None = None
    model: str | None = None
    region: str | None = None
    operation: Operation | None = None
    vpce: str | None = None
    vpce_account: str | None = None
    source_ip: str | None = None
    session_name: str | None = None
    session_tags: tuple[tuple[str, str], ...] | None = None
    transitive_tags: tuple[str, ...] | None = None
    source_identity: str | None = None
    external_id_sent: bool | None = None
    mfa: bool | None = None
    session_policy: str | None = None
    session_policy_arns: tuple[str, ...] | None = None


def attempt_hints(denials: Iterable[Denial]) -> AttemptHints:
    """Joins what several denials tell; where they differ, the first one counts.

    Denials of other services and look-alikes without a principal add nothing but model and Region.
    """
    known = tuple(denials)
    assumed = [d for d in known if d.action.startswith("sts:") and d.principal]
    called = [d for d in known if d.action.startswith("bedrock") and d.principal]
    caller, roles = _way(assumed, called)
    events = [d.event for d in (*assumed, *called) if d.event is not None]
    assume = next((d.event for d in assumed if d.event is not None), None)
    region = _first(d.call_region for d in (*called, *_look_alikes(known))) or _region(called)
    endpoint = next((event for event in events if event.endpoint_id), None)
    return AttemptHints(
        caller=caller,
        roles=roles,
        bedrock_signer=_first(_signer(d) for d in called),
        model=_model(called, region) or _first(d.model for d in known),
        region=region,
        operation=_operation(called),
        vpce=endpoint.endpoint_id if endpoint else None,
        vpce_account=(endpoint.endpoint_account or None) if endpoint else None,
        source_ip=_first(event.source_ip for event in events),
        session_name=_first([assume.session_name if assume else "", *(d.session for d in called)]),
        session_tags=(assume.session_tags or None) if assume else None,
        transitive_tags=(assume.transitive_tags or None) if assume else None,
        source_identity=_first(event.source_identity for event in events),
        external_id_sent=assume.external_id_sent if assume else None,
        mfa=assume.mfa if assume else None,
        session_policy=(assume.session_policy or None) if assume else None,
        session_policy_arns=(assume.session_policy_arns or None) if assume else None,
    )


def _first(values: Iterable[str]) -> str | None:
    return next((value for value in values if value), None)


def _look_alikes(denials: Sequence[Denial]) -> list[Denial]:
    return [d for d in denials if not d.principal]


def _signer(denial: Denial) -> str:
    """The signer with its role's path where an event tells it; masked ARNs are not usable."""
    if not denial.account:
        return ""
    issuer = denial.event.issuer_arn if denial.event else ""
    # A session ARN has no path: the role's ARN is only taken from where AWS writes it out.
    return issuer if issuer and not denial.session else denial.principal


def _way(
    assumed: Sequence[Denial], called: Sequence[Denial]
) -> tuple[str | None, tuple[str, ...] | None]:
    for denial in assumed:
        role = denial.resource if read_resource(denial.resource).kind == "role" else ""
        role = role or (denial.event.target_role if denial.event else "")
        if _signer(denial) and role:
            return _signer(denial), (role,)
    signer = _first(_signer(d) for d in called)
    return (signer, ()) if signer else (None, None)


def _region(called: Sequence[Denial]) -> str | None:
    """Region of a profile ARN: profiles are named in the Region that is called."""
    for denial in called:
        resource = read_resource(denial.resource)
        if resource.account and resource.region:
            return resource.region
    return None


def _model(called: Sequence[Denial], region: str | None) -> str | None:
    for denial in called:
        resource = read_resource(denial.resource)
        if denial.model:
            return denial.model
        if resource.kind != "foundation-model":
            if resource.account and resource.kind not in ("guardrail", "project", "role"):
                return resource.arn
            continue
        if region is None:
            continue
        if resource.region == region:
            return resource.name
        profiles = [
            profile
            for profile in inference_profiles.profiles_for(resource.name, region)
            if resource.region in (inference_profiles.destinations(profile, region) or ())
            and not profile.startswith("global.")
        ]
        if len(profiles) == 1:
            return profiles[0]
    return None


def _operation(called: Sequence[Denial]) -> Operation | None:
    for denial in called:
        if denial.operation in OPERATIONS:
            return OPERATIONS[denial.operation]
    actions = {d.action.partition(":")[2] for d in called}
    if "InvokeModelWithResponseStream" in actions:
        return Operation.CONVERSE_STREAM
    if "InvokeModel" in actions:
        return Operation.CONVERSE
    return next((OPERATIONS[name] for name in sorted(actions) if name in OPERATIONS), None)
