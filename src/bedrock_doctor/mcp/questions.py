"""From the arguments of a tool to an attempt."""

from __future__ import annotations

from bedrock_doctor.errors import UsageError
from bedrock_doctor.evidence import AttemptHints, attempt_hints
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import Attempt, HopOptions, Operation
from bedrock_doctor.model.denial import Denial

OPERATIONS = {
    "bedrock:InvokeModel": Operation.CONVERSE,
    "bedrock:InvokeModelWithResponseStream": Operation.CONVERSE_STREAM,
    "bedrock:CountTokens": Operation.COUNT_TOKENS,
}
"""Actions that can be asked for, and an operation that needs them."""


def attempt_of(
    *,
    denials: tuple[Denial, ...] = (),
    caller: str | None = None,
    roles: list[str] | None = None,
    model: str | None = None,
    region: str | None = None,
    operation: Operation | None = None,
    external_id: str | None = None,
    context: dict[str, list[str]] | None = None,
) -> Attempt:
    """The attempt that is stated; what is left open comes from the denials.

    Raises:
        UsageError: something is missing that nobody stated.
    """
    hints = attempt_hints(denials) if denials else AttemptHints()
    way = tuple(roles or ()) or (hints.roles or () if caller is None else ())
    signer, named = caller or hints.caller, model or hints.model
    place = region or hints.region or _region_of(named)
    lacking = {"caller": signer, "model": named, "region": place}
    missing = [f"`{name}`" for name, value in lacking.items() if not value]
    if not signer or not named or not place:
        raise UsageError(
            f"missing: {', '.join(missing)}",
            help="state them, or give the exact message of AWS as error_text; ask the user, "
            "do not guess",
        )
    if hints.external_id_sent and external_id is None and way:
        raise UsageError(
            "the event shows that an ExternalId was sent, but not which one",
            help="ask the user for it, and state external_id",
        )
    return Attempt(
        caller=signer,
        roles=way,
        model=named,
        region=place,
        operation=operation or hints.operation or Operation.CONVERSE,
        hops=tuple(_hop(hints, external_id, single=len(way) == 1) for _ in way),
        mfa=hints.mfa,
        endpoints=(hints.vpce,) if hints.vpce else (),
        source_ip=hints.source_ip,
        context={key: tuple(values) for key, values in (context or {}).items()},
    )


def _hop(hints: AttemptHints, external_id: str | None, *, single: bool) -> HopOptions:
    """What an AssumeRole call passes; an event is about one call."""
    if not single:
        return HopOptions(external_id=external_id)
    return HopOptions(
        external_id=external_id,
        session_name=hints.session_name,
        session_tags=dict(hints.session_tags or ()),
        transitive_tags=hints.transitive_tags or (),
        source_identity=hints.source_identity,
    )


def _region_of(model: str | None) -> str | None:
    return (parse_arn(model).region or None) if model and is_arn(model) else None
