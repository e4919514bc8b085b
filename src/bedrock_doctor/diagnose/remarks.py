"""Findings that rest on no policy: hops that cannot succeed, damaged files, dated data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bedrock_doctor.diagnose.registry import BY_ID, BY_SLUG
from bedrock_doctor.model.finding import Finding, Place, Stage
from bedrock_doctor.model.policy import Policy, PolicyDocument
from bedrock_doctor.model.snapshot import FileProblem, Snapshot
from bedrock_doctor.model.way import Hop, HopKind, HopProblem, TracedHop, Way


def problems(way: Way) -> Iterator[Finding]:
    """Hops that fail whatever the policies say."""
    for hop in way.hops:
        if hop.problem is not None:
            yield _problem(hop, hop.problem)


def _problem(hop: Hop, problem: HopProblem) -> Finding:
    rule = BY_SLUG[problem.rule]
    near = problem.facts.get("near", "")
    parts = hop.target.split(":")
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=_stage(hop),
        hop_index=hop.index,
        layer=rule.layer,
        owner_account=problem.facts.get("account") or (parts[4] if len(parts) > 4 else ""),
        severity=rule.severity,
        blocking=True,
        summary=f"{rule.sentence}: {hop.target}",
        help=(f"did you mean {near}",) if near else (rule.advice,),
        subjects=(hop.target,),
    )


def remarks(way: Way, hops: Iterable[TracedHop], snapshot: Snapshot) -> Iterator[Finding]:
    """What does not deny by itself: unreadable files, malformed policies, catalog data."""
    yield from map(_unreadable, snapshot.problems)
    seen: set[PolicyDocument] = set()
    for hop in hops:
        for check in hop.checks:
            for layer in check.trace.layers:
                for policy in layer.broken:
                    if policy.document not in seen:
                        seen.add(policy.document)
                        yield _malformed(policy, _stage(hop.hop))
    for target in (way.target, *way.target.behind):
        if target.source == "catalog" and target.destinations:
            text = f"destination Regions of {target.id} are from the catalog of {target.dated}"
            yield _note("BD023", Stage.INVOKE, text)


def _unreadable(problem: FileProblem) -> Finding:
    at = f":{problem.position.line}:{problem.position.column}" if problem.position else ""
    expected = (f"expected {problem.expected}",) if problem.expected else ()
    return _note("BD001", Stage.SIGN, f"{problem.path}{at}: {problem.message}", expected)


def _malformed(policy: Policy, stage: Stage) -> Finding:
    document, defect = policy.document, policy.problems[0]
    start = document.source.position(defect.span.start)
    where = f"{document.source.path or document.ref.name}:{start.line}:{start.column}"
    text = f"{document.ref.kind} {document.ref.name} at {where}: {defect.message}"
    return replace(
        _note("BD002", stage, text, (f"expected {defect.expected}",)),
        owner_account=document.ref.account,
        place=Place(document.ref, document.source, None, None, defect.pointer),
    )


def _stage(hop: Hop) -> Stage:
    return Stage.ASSUME if hop.kind is HopKind.ASSUME else Stage.INVOKE


def _note(name: str, stage: Stage, summary: str, help: tuple[str, ...] = ()) -> Finding:
    rule = BY_ID[name]
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=stage,
        hop_index=0,
        layer=rule.layer,
        owner_account="",
        severity=rule.severity,
        blocking=False,
        summary=summary,
        help=help,
    )
