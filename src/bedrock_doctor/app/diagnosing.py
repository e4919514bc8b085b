"""Diagnosing attempts: from files, with AWS at hand, and as deployments will leave them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bedrock_doctor.app.mending import with_plan
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.comparison import Comparison
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.live.last_denials import DeniedCall
    from bedrock_doctor.live.live_diagnosis import LiveQuestion
    from bedrock_doctor.live.looking import LiveOptions
    from bedrock_doctor.model.probe import Hypothesis
    from bedrock_doctor.preflight.overlay import Planned


def load_snapshot(paths: Sequence[str | os.PathLike[str]]) -> Snapshot:
    """Reads directories and zip files of AWS CLI output, merged into one snapshot.

    Raises:
        UsageError: a path is no snapshot.
        UnsafeSnapshot: it reaches outside itself or expands beyond the limits.
        BadInput: a path is a file, but no zip that can be read.
    """
    from bedrock_doctor.collect.load_snapshot import load_snapshot as load

    return load(paths)


def diagnose(
    attempt: Attempt,
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
    policies: tuple[EvaluatedPolicy, ...] = (),
    passages: tuple[Passage, ...] = (),
) -> Report:
    """Names every barrier of one attempt.

    Args:
        attempt: the question.
        snapshot: what was collected.
        denials: what messages and events of AWS say about it.
        policies: what AWS's own evaluation shows; they are added to the snapshot.
        passages: what AWS was seen to let pass.

    Raises:
        BadArn: the caller or a role is no ARN.
        UnknownName: the caller, the model or the Region does not exist.
        UsageError: the attempt cannot be made as asked.
    """
    from bedrock_doctor.diagnose.examine import examine

    if policies:
        from bedrock_doctor.path.evaluated_policies import with_policies

        snapshot = with_policies(snapshot, policies)
    return examine(attempt, snapshot, denials, passages)


def diagnose_live(
    question: LiveQuestion, progress: Callable[[str], None], *, with_plans: bool = False
) -> Report:
    """Names every barrier of one attempt, with AWS at hand.

    The roles are assumed for real, both accounts are read as far as they let themselves be read,
    and what AWS let pass outranks the evaluation. Nothing is written.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who they are.
        UsageError: the attempt cannot be made as asked.
    """
    from bedrock_doctor.live.live_diagnosis import diagnose_live as look_and_diagnose

    report, snapshot = look_and_diagnose(question, diagnose, progress)
    return with_plan(report, snapshot) if with_plans else report


def probes_of(attempt: Attempt) -> tuple[Hypothesis, ...]:
    """The calls that a live diagnosis may make to learn what passes, the attempt itself first."""
    from bedrock_doctor.live.probe import planned

    return planned(attempt)


def last_denials(options: LiveOptions, region: str | None) -> tuple[DeniedCall, ...]:
    """The last denied calls that CloudTrail knows of, newest first.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: CloudTrail does not answer.
        UsageError: no Region is configured.
    """
    from bedrock_doctor.live.last_denials import last_denials as look_up
    from bedrock_doctor.live.live_diagnosis import opened_for_events

    opened = opened_for_events(options, region)
    return look_up(opened, opened.regions[0])


def preflight(
    snapshot: Snapshot,
    *,
    plans: Sequence[tuple[str, bytes]] = (),
    templates: Sequence[tuple[str, bytes]] = (),
    account: str | None = None,
    region: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Planned:
    """The accounts of a snapshot as they will be once plans and templates are deployed.

    Args:
        snapshot: what was collected.
        plans: names and bytes of outputs of ``terraform show -json``.
        templates: names and bytes of CloudFormation templates.
        account: where the templates are deployed, and where what plans do not say is.
        region: where the templates are deployed; None: not known.
        parameters: of the templates.

    Raises:
        BadInput: a file is none of these, or says too little, with line and column.
        UsageError: a template is given without its account.
    """
    from bedrock_doctor.preflight.deployments import read_deployments
    from bedrock_doctor.preflight.overlay import overlay

    deployments = read_deployments(
        snapshot, plans, templates, account or "", region or "", parameters or {}
    )
    return overlay(snapshot, deployments)


def diagnose_planned(attempt: Attempt, planned: Planned) -> Report:
    """Names every barrier of one attempt in accounts as they will be.

    Where the answer depends on policies that a template does not name, it is unknown: an earlier
    version of the template may have made them, and then the deployment removes them.
    """
    report = diagnose(attempt, planned.snapshot)
    if planned.dropped is not None and planned.open is not None:
        other = diagnose(attempt, planned.dropped)
        if other.verdict is not report.verdict:
            report = diagnose(attempt, planned.open)
    notes = (*report.way.notes, *planned.notes)
    return replace(report, way=replace(report.way, notes=notes))


def compare(left: Report, right: Report) -> Comparison:
    """Two diagnosed attempts side by side, with the first layer at which they part."""
    from bedrock_doctor.diagnose.comparing import compare as put_side_by_side

    return put_side_by_side(left, right)
