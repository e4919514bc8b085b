"""From the engine's answers to the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bedrock_doctor.diagnose import evidence, gates, unknowns
from bedrock_doctor.diagnose.barrier import Barrier, barriers
from bedrock_doctor.diagnose.base import Claim, Rule
from bedrock_doctor.diagnose.owners import owner_of, report_layer
from bedrock_doctor.diagnose.precedence import CLAIMANTS
from bedrock_doctor.diagnose.registry import BY_ID, BY_SLUG
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Finding, Layer, Place, Severity, Stage, Unknown
from bedrock_doctor.model.report import Certainty, Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import HopKind, TracedHop, Way


def diagnose(
    way: Way,
    hops: tuple[TracedHop, ...],
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
) -> Report:
    """Explains the answers of the engine.

    Args:
        way: the attempt, expanded.
        hops: its hops with the engine's answers.
        snapshot: what was collected.
        denials: what messages and events of AWS say.

    Returns:
        The report, with every barrier in the order in which AWS would meet them.
    """
    found = list(_problems(way))
    known = {(finding.id, finding.hop_index) for finding in found}
    for finding in _barrier_findings(way, hops, snapshot):
        if (finding.id, finding.hop_index) not in known:
            found.append(finding)
    closed = list(gates.findings(way))
    told = evidence.weigh(way, hops, tuple(found), denials)
    blocking = [
        finding for finding in (*told.signer, *found, *closed, *told.findings) if finding.blocking
    ]
    open_points = unknowns.unknowns(hops, certain=bool(blocking))
    verdict = _verdict(bool(blocking), open_points, hops)
    proven = any(finding.blocking for finding in (*found, *closed))
    findings = (
        *told.signer,
        *found,
        *told.findings,
        *closed,
        *unknowns.findings(open_points),
        *_remarks(way, hops, snapshot),
    )
    return Report(
        verdict=verdict,
        certainty=_certainty(verdict, proven),
        way=way,
        hops=hops,
        findings=findings,
        reported_first=next(
            (f for f in (*told.signer, *found, *told.findings, *closed) if f.blocking), None
        ),
        blocked_by=tuple(dict.fromkeys(finding.layer for finding in blocking)),
        unknowns=open_points,
        not_checked=gates.not_checked(way),
        contradictions=told.contradictions,
        collection=_collection(snapshot),
    )


def _verdict(denied: bool, open_points: Iterable[Unknown], hops: Iterable[TracedHop]) -> Verdict:
    if denied:
        return Verdict.DENY
    undecided = any(
        check.trace.decision.outcome is Outcome.UNKNOWN for hop in hops for check in hop.checks
    )
    if undecided or any(point.decisive for point in open_points):
        return Verdict.UNKNOWN
    return Verdict.ALLOW


def _certainty(verdict: Verdict, proven: bool) -> Certainty:
    if verdict is Verdict.UNKNOWN:
        return Certainty.OPEN
    return Certainty.EVIDENCE if verdict is Verdict.DENY and not proven else Certainty.PROVEN


def _barrier_findings(
    way: Way, hops: tuple[TracedHop, ...], snapshot: Snapshot
) -> Iterator[Finding]:
    for hop in hops:
        for barrier in barriers(way, hop):
            yield finding_of(barrier, snapshot)


def finding_of(barrier: Barrier, snapshot: Snapshot) -> Finding:
    """The finding of the first rule that claims a barrier."""
    for rule in CLAIMANTS:
        claim = rule.claims(barrier) if rule.claims else None
        if claim is not None:
            return _finding(rule, claim, barrier, snapshot)
    hop = barrier.hop.hop
    claim = Claim(f"{report_layer(barrier).value} does not let {barrier.action} pass")
    unclaimed = replace(BY_ID["BD000"], severity=Severity.ERROR)
    return replace(_finding(unclaimed, claim, barrier, snapshot), hop_index=hop.index)


def _finding(rule: Rule, claim: Claim, barrier: Barrier, snapshot: Snapshot) -> Finding:
    hop = barrier.hop.hop
    stage = Stage.ASSUME if hop.kind is HopKind.ASSUME else Stage.INVOKE
    own = rule.layer in (Layer.TAGGING, Layer.GUARDRAIL, Layer.API_KEY)
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=stage,
        hop_index=hop.index,
        layer=rule.layer if own else report_layer(barrier),
        owner_account=owner_of(barrier, snapshot),
        severity=rule.severity,
        blocking=True,
        summary=claim.summary,
        place=claim.place,
        notes=claim.notes,
        help=claim.help,
        subjects=claim.subjects,
    )


def _problems(way: Way) -> Iterator[Finding]:
    """Hops that fail whatever the policies say."""
    for hop in way.hops:
        if hop.problem is None:
            continue
        rule = BY_SLUG[hop.problem.rule]
        facts = hop.problem.facts
        near = facts.get("near", "")
        owner = facts.get("account") or hop.target.split(":")[4:5] or [""]
        yield Finding(
            id=rule.id,
            slug=rule.slug,
            stage=Stage.ASSUME if hop.kind is HopKind.ASSUME else Stage.INVOKE,
            hop_index=hop.index,
            layer=rule.layer,
            owner_account=owner if isinstance(owner, str) else owner[0],
            severity=rule.severity,
            blocking=True,
            summary=f"{rule.title[0].lower()}{rule.title[1:]}: {hop.target}",
            help=(f"did you mean {near}",) if near else (),
            subjects=(hop.target,),
        )


def _remarks(way: Way, hops: tuple[TracedHop, ...], snapshot: Snapshot) -> Iterator[Finding]:
    for problem in snapshot.problems:
        at = f":{problem.position.line}:{problem.position.column}" if problem.position else ""
        expected = (f"expected {problem.expected}",) if problem.expected else ()
        yield _note("BD001", Stage.SIGN, f"{problem.path}{at}: {problem.message}", expected)
    seen = set()
    for hop in hops:
        stage = Stage.ASSUME if hop.hop.kind is HopKind.ASSUME else Stage.INVOKE
        for check in hop.checks:
            for layer in check.trace.layers:
                for policy in layer.broken:
                    document, defect = policy.document, policy.problems[0]
                    if document in seen:
                        continue
                    seen.add(document)
                    start = document.source.position(defect.span.start)
                    where = f"{document.source.path or document.ref.name}:{start.line}"
                    yield replace(
                        _note(
                            "BD002",
                            stage,
                            f"{document.ref.kind} {document.ref.name} at {where}:{start.column}: "
                            f"{defect.message}",
                            (f"expected {defect.expected}",),
                        ),
                        owner_account=document.ref.account,
                        place=Place(document.ref, document.source, None, None, defect.pointer),
                    )
    if way.target.source == "catalog" and way.target.destinations:
        text = f"destination Regions of {way.target.id} are from the catalog of {way.target.dated}"
        yield _note("BD023", Stage.INVOKE, text, ())


def _note(name: str, stage: Stage, summary: str, help: tuple[str, ...]) -> Finding:
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


def _collection(snapshot: Snapshot) -> dict[str, object]:
    return {
        "snapshot": list(snapshot.origins),
        "created": snapshot.created,
        "unreadable": [problem.path for problem in snapshot.problems],
        "ignored": list(snapshot.ignored),
        "redaction": snapshot.redaction,
    }
