"""Writes the least policies for a way, and proves them before they leave this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.authoring.proof import prove
from bedrock_doctor.authoring.statements import VERSION, allow_statements, distinct, one_or_list
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Check, Hop, HopKind, Purpose, Way
from bedrock_doctor.path.expand import expand

_MODELS = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL)
_NAMEABLE = (PrincipalKind.ROLE, PrincipalKind.USER)


def write_policies(attempt: Attempt, snapshot: Snapshot, *, named: bool = True) -> Draft:
    """The least policies for an attempt: direct, over roles, or a batch job.

    Args:
        attempt: the way: who starts, the roles, the model, the Region, the operation.
        snapshot: what was collected; it tells destinations that the catalog does not know.
        named: False where the caller of the attempt only stands for its account: documents that
            would name it are left out.

    Raises:
        BadArn: the caller or a role is no ARN.
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
    kept = (policy for policy in draft.policies if policy.part is not Part.ENDPOINT)
    unnamed = draft.attempt.caller
    return replace(
        draft,
        policies=tuple(
            replace(policy, holder="") if policy.holder == unnamed else policy for policy in kept
        ),
    )


def _check_question(attempt: Attempt) -> None:
    if attempt.operation is Operation.BATCH and attempt.service_role is None:
        raise UsageError(
            "a batch job runs as a service role, and none is named", help="add --service-role ARN"
        )
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
    for check in _calls(way):
        if check.is_undecided:
            missing = next(iter(check.policies.identity))
            told = isinstance(missing, Missing) and missing
            raise UsageError(
                f"{told.what if told else check.purpose} is not known",
                help=f"collect `{told.command}` and give --snapshot"
                if told and told.command
                else None,
            )


def _calls(way: Way) -> tuple[Check, ...]:
    return tuple(check for hop in way.hops if hop.kind is HopKind.INVOKE for check in hop.checks)


def _policies(way: Way) -> Iterator[DraftPolicy]:
    call, names = way.call, (way.attempt.caller, *way.attempt.roles)
    allows = allow_statements(call.checks)
    yield DraftPolicy(Part.ROLE, call.account, names[-1], _document(allows), call.index)
    assumed = way.hops[: call.index - 1]
    for hop in reversed(assumed):
        yield _trust(hop, way.attempt)
        own = _document(allow_statements(hop.checks))
        yield DraftPolicy(Part.CALLER, hop.account, names[hop.index - 1], own, hop.index)
    for hop in way.hops[call.index :]:
        yield _of_service(hop)
    for_endpoint = [check for check in call.checks if check.purpose is not Purpose.PASS_ROLE]
    statements = _statements_of(names[-1], for_endpoint)
    yield DraftPolicy(Part.ENDPOINT, "", "", _document(statements))
    if assumed:
        statements = [
            statement
            for hop in assumed
            for statement in _statements_of(names[hop.index - 1], hop.checks)
        ]
        yield DraftPolicy(Part.STS_ENDPOINT, "", "", _document(distinct(statements)))
    calls = _calls(way)
    if way.target.profile_arn and len({check.region for check in calls}) > 1:
        yield DraftPolicy(Part.SCP, "", "", _document([_fence(way, calls)]))


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": statements}


def _statements_of(principal: str, checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Allow statements that name who they are for, as endpoint policies need it."""
    found = []
    for statement in allow_statements(checks):
        items = list(statement.items())
        found.append(dict([*items[:2], ("Principal", {"AWS": principal}), *items[2:]]))
    return found


def _trust(hop: Hop, attempt: Attempt) -> DraftPolicy:
    options = attempt.hop_options(hop.index - 1)
    statement: dict[str, Any] = {
        "Sid": "AllowCaller",
        "Effect": "Allow",
        "Principal": {"AWS": (attempt.caller, *attempt.roles)[hop.index - 1]},
        "Action": one_or_list(check.request.action for check in hop.checks),
    }
    if options.external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": options.external_id}}
    account = parse_arn(hop.target).account
    return DraftPolicy(Part.TRUST, account, hop.target, _document([statement]), hop.index)


def _of_service(hop: Hop) -> DraftPolicy:
    """Trust and permissions of the role that a batch job runs as.

    https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
    """
    if hop.kind is HopKind.INVOKE:
        allows = _document(allow_statements(hop.checks))
        return DraftPolicy(Part.SERVICE_ROLE, hop.account, hop.principal, allows, hop.index)
    values = hop.checks[0].request.context.values
    statement = {
        "Sid": "AllowBatchJobs",
        "Effect": "Allow",
        "Principal": {"Service": hop.principal},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": values["aws:sourceaccount"][0]},
            "ArnLike": {"aws:SourceArn": values["aws:sourcearn"][0]},
        },
    }
    trust = _document([statement])
    return DraftPolicy(Part.SERVICE_TRUST, hop.account, hop.target, trust, hop.index)


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
