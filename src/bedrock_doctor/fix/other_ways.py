"""Other ways to the same model: another profile, or the model itself where its Region takes it.

Each is diagnosed like the attempt, so that a way is offered only where it passes.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.catalog import inference_profiles
from bedrock_doctor.catalog.bedrock_models import Offer, on_demand
from bedrock_doctor.fix.attempt_changes import Change, change_fix, examined, with_hop
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.fix import Fix
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Purpose

_FOUNDATION = (Purpose.PROFILE, Purpose.MODEL)
_TAGGING = frozenset({"BD240", "BD241"})
_SOURCE_IDENTITY = frozenset({"BD242", "BD243"})
_WITHOUT_PROFILES = (Operation.COUNT_TOKENS, Operation.MANTLE_INFERENCE)


def other_ways(report: Report, snapshot: Snapshot) -> Iterator[tuple[Report, Fix]]:
    """Changes of the attempt with which it passes, each with its diagnosis.

    Args:
        report: the diagnosis of the attempt, with the changes that it needs anyway.
        snapshot: what was collected.
    """
    blocked = {finding.id for finding in report.findings if finding.blocking}
    for change, mended in (*_without_tags(report, blocked), *_models(report)):
        after = examined(change.attempt, snapshot)
        if after is not None and after.verdict is Verdict.ALLOW:
            yield after, change_fix(change, mended, report)


def _without_tags(report: Report, blocked: set[str]) -> Iterator[tuple[Change, str]]:
    attempt = report.way.attempt
    for finding in report.findings:
        index = finding.hop_index
        if finding.id in _TAGGING & blocked:
            options = replace(attempt.hop_options(index - 1), session_tags={}, transitive_tags=())
            line = "call AssumeRole without Tags and TransitiveTagKeys"
            summary = "pass no session tags"
        elif finding.id in _SOURCE_IDENTITY & blocked:
            options = replace(attempt.hop_options(index - 1), source_identity=None)
            line = "call AssumeRole without SourceIdentity"
            summary = "set no source identity"
        else:
            continue
        yield Change(with_hop(attempt, index, options), summary, (line,)), finding.id


def _models(report: Report) -> Iterator[tuple[Change, str]]:
    """Other names for the same model."""
    attempt, target = report.way.attempt, report.way.target
    stage = [f for f in report.findings if f.blocking and f.hop_index >= report.way.call.index]
    if target.kind not in _FOUNDATION or len(target.models) != 1 or not stage:
        return
    if attempt.operation in _WITHOUT_PROFILES:
        return
    model, region = target.models[0], attempt.region
    names = list(inference_profiles.profiles_for(model, region))
    if on_demand(model, region) is not Offer.NO:
        names.insert(0, model)
    for name in names:
        if name != target.id:
            change = Change(
                replace(attempt, model=name),
                f"call {name} in place of {target.id}",
                (f"modelId={name!r}", f"--model-id {shlex.quote(name)}"),
            )
            yield change, stage[0].id
