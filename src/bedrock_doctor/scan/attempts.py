"""From a group of denied calls to the attempt behind it, as far as the trail tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bedrock_doctor.evidence import attempt_hints
from bedrock_doctor.model.attempt import Attempt, HopOptions, Operation
from bedrock_doctor.model.finding import Stage
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.trail import DenialGroup, Diagnosis
from bedrock_doctor.scan.scanning import ReadGroup


class Untold(Exception):
    """The trail does not tell enough for an attempt; the text says what is missing."""


def attempt_of(read: ReadGroup, all_groups: Iterable[ReadGroup]) -> Attempt:
    """The attempt that a group's events belong to.

    A denied AssumeRole names no model: it is asked with one that was called by the same role, else
    with one of the others' in the trail.

    Raises:
        Untold: the events do not say who called what.
    """
    group = read.group
    if read.denial is None:
        raise Untold("its events cannot be read as a denial")
    hints = attempt_hints([read.denial])
    caller, roles = hints.caller, hints.roles or ()
    if not group.call.assumes and ":role/" in group.call.principal and len(group.callers) == 1:
        caller, roles = group.callers[0], (group.call.principal,)
    if not caller or not caller.startswith("arn:"):
        raise Untold("its events do not tell who called")
    if group.call.assumes and not roles:
        raise Untold("its events do not tell which role was to be assumed")
    model = hints.model or _model(group, roles, all_groups)
    region = hints.region or group.call.region
    if not model:
        raise Untold("the trail names no model for it")
    options = HopOptions(
        session_name=hints.session_name if hints.caller == caller else None,
        session_tags=dict(hints.session_tags or ()),
        transitive_tags=hints.transitive_tags or (),
        source_identity=hints.source_identity,
    )
    return Attempt(
        caller=caller,
        roles=tuple(roles),
        model=model,
        region=region,
        operation=hints.operation or Operation.CONVERSE,
        hops=(options,) if roles else (),
        mfa=hints.mfa,
        source_ip=hints.source_ip,
    )


def _model(group: DenialGroup, roles: Sequence[str], others: Iterable[ReadGroup]) -> str:
    named = [
        other.group.call
        for other in others
        if other.group.call.service.startswith("bedrock") and other.group.call.target
    ]
    same = [call for call in named if call.principal in roles]
    near = [call for call in named if call.region == group.call.region]
    return next((call.target for call in (*same, *near)), "")


def diagnosis_of(group: DenialGroup, report: Report) -> Diagnosis:
    """What a report says about the calls of a group.

    A denied AssumeRole is about the assume hops alone. A call to Amazon Bedrock that was signed by
    a role's session proves that the role had been assumed: its assume hops are left out.
    """
    stage = Stage.ASSUME if group.call.assumes else Stage.INVOKE
    findings = [f.id for f in report.findings if f.blocking and f.stage in (Stage.SIGN, stage)]
    if findings:
        return Diagnosis(Verdict.DENY, tuple(dict.fromkeys(findings)))
    if any(unknown.decisive and unknown.stage is stage for unknown in report.unknowns):
        return Diagnosis(Verdict.UNKNOWN)
    return Diagnosis(Verdict.ALLOW)
