"""Writes the least policies for a way, and proves them before they leave this module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.authoring.proof import prove
from bedrock_doctor.authoring.statements import VERSION, allow_statements, one_or_list
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Check, HopKind, Purpose, Way
from bedrock_doctor.path.expand import expand

_MODELS = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL)
_NAMEABLE = (PrincipalKind.ROLE, PrincipalKind.USER)


def write_policies(attempt: Attempt, snapshot: Snapshot, *, named: bool = True) -> Draft:
    """The least policies for an attempt with no role or one role.

    Args:
        attempt: the way: who starts, the role, the model, the Region, the operation.
        snapshot: what was collected; it tells destinations that the catalog does not know.
        named: False where the caller of the attempt only stands for its account: documents that
            would name it are left out.

    Raises:
        BadArn: the caller or the role is no ARN.
        UnknownName: the model or the Region does not exist.
        UsageError: the way cannot be written as policies, with the reason.
    """
    _check_question(attempt)
    way = expand(attempt, snapshot)
    _check_way(way)
    draft = Draft(
        attempt=attempt,
        model=way.target.arn,
        regions=tuple(dict.fromkeys(c.region for c in _calls(way) if c.purpose in _MODELS)),
        source=way.target.source,
        policies=tuple(_policies(way)),
    )
    prove(draft, way)
    return draft if named else _without_names(draft)


def _without_names(draft: Draft) -> Draft:
    kept = tuple(
        replace(policy, holder="") for policy in draft.policies if policy.part is not Part.ENDPOINT
    )
    return replace(draft, policies=kept)


def _check_question(attempt: Attempt) -> None:
    if attempt.operation is Operation.BATCH:
        raise UsageError(
            "batch jobs run as a service role, for which no policy is written",
            help="https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html",
        )
    if len(attempt.roles) > 1:
        raise UsageError("policies are written for one role at a time", help="ask for each hop")
    for arn in (attempt.caller, *attempt.roles):
        if parse_principal(arn).kind not in _NAMEABLE:
            raise UsageError(
                f"`{arn}` is no role or user",
                help="a session ARN has no path: give the ARN of the role itself",
            )


def _check_way(way: Way) -> None:
    for hop in way.hops:
        if hop.problem is not None:
            raise UsageError(f"the way cannot work: {hop.problem.rule}")
    if way.target.profile_arn and not way.target.destinations:
        raise UsageError(
            f"the destinations of {way.target.id} from {way.attempt.region} are not known",
            help="collect `aws bedrock get-inference-profile --inference-profile-identifier "
            f"{way.target.id} --region {way.attempt.region}` and give --snapshot",
        )


def _calls(way: Way) -> tuple[Check, ...]:
    return tuple(check for hop in way.hops if hop.kind is HopKind.INVOKE for check in hop.checks)


def _policies(way: Way) -> Iterator[DraftPolicy]:
    attempt, calls = way.attempt, _calls(way)
    signer = way.call
    holder = attempt.roles[-1] if attempt.roles else attempt.caller
    allows = allow_statements(calls)
    yield DraftPolicy(Part.ROLE, signer.account, holder, _document(allows))
    if attempt.roles:
        yield DraftPolicy(Part.TRUST, signer.account, holder, _trust(attempt))
        assume = way.hops[0]
        own = allow_statements(assume.checks)
        yield DraftPolicy(Part.CALLER, assume.account, attempt.caller, _document(own))
    principal = {"Principal": {"AWS": holder}}
    for_endpoint = [_with_principal(statement, principal) for statement in allows]
    yield DraftPolicy(Part.ENDPOINT, "", "", _document(for_endpoint))
    if way.target.profile_arn and len({check.region for check in calls}) > 1:
        yield DraftPolicy(Part.SCP, "", "", _document([_fence(way, calls)]))


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": statements}


def _with_principal(statement: dict[str, Any], principal: dict[str, Any]) -> dict[str, Any]:
    items = list(statement.items())
    return dict([*items[:2], *principal.items(), *items[2:]])


def _trust(attempt: Attempt) -> dict[str, Any]:
    options = attempt.hop_options(0)
    actions = ["sts:AssumeRole"]
    if options.session_tags or options.transitive_tags:
        actions.append("sts:TagSession")
    if options.source_identity is not None:
        actions.append("sts:SetSourceIdentity")
    statement: dict[str, Any] = {
        "Sid": "AllowCaller",
        "Effect": "Allow",
        "Principal": {"AWS": attempt.caller},
        "Action": one_or_list(actions),
    }
    if options.external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": options.external_id}}
    return _document([statement])


def _fence(way: Way, calls: tuple[Check, ...]) -> dict[str, Any]:
    """A Deny outside the called Region that lets exactly this profile pass."""
    actions = dict.fromkeys(check.request.action for check in calls if check.purpose in _MODELS)
    return {
        "Sid": "RegionFenceExceptProfile",
        "Effect": "Deny",
        "Action": one_or_list(actions),
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:RequestedRegion": way.attempt.region},
            "ArnNotEquals": {"bedrock:InferenceProfileArn": way.target.profile_arn},
        },
    }
