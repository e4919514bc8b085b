"""From the engine's answers to the report."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.diagnose import gates, unknowns
from bedrock_doctor.diagnose.claiming import Claimed, claimed_barriers
from bedrock_doctor.diagnose.evidence import weigh
from bedrock_doctor.diagnose.passed import contradictions, seen_to_pass
from bedrock_doctor.diagnose.remarks import problems, remarks
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Finding, Unknown
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.report import Certainty, Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import TracedCheck, TracedHop, Way


def diagnose(
    way: Way,
    hops: tuple[TracedHop, ...],
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
    passages: tuple[Passage, ...] = (),
) -> Report:
    """Explains the answers of the engine.

    Args:
        way: the attempt, expanded.
        hops: its hops with the engine's answers.
        snapshot: what was collected.
        denials: what messages and events of AWS say.
        passages: what AWS was seen to let pass; it outranks the evaluation.

    Returns:
        The report, with every barrier in the order in which AWS would meet them.
    """
    closed = tuple(gates.findings(way, snapshot.created, denials))
    told = weigh(way, hops, tuple(claimed_barriers(way, hops, snapshot)), snapshot, denials)
    said = {finding.id for finding in told.findings}
    closed = tuple(finding for finding in closed if finding.id not in said)
    barriers = _barriers(tuple(problems(way)), told.claimed)
    seen = seen_to_pass(passages, hops)
    found = seen.unless_passed(barriers)
    proven = (*found, *closed)
    met = (*told.signer, *found, *told.findings, *closed)
    blocking = [finding for finding in met if finding.blocking]
    open_points = seen.settled(unknowns.unknowns(way, hops, certain=bool(blocking)))
    verdict = _verdict(bool(blocking), open_points, seen.left(hops))
    return Report(
        verdict=verdict,
        certainty=_certainty(
            verdict, any(finding.blocking for finding in proven), seen.decide(hops)
        ),
        way=way,
        hops=hops,
        findings=(*met, *unknowns.findings(open_points), *remarks(way, hops, snapshot)),
        reported_first=_reported(told.reported, blocking),
        blocked_by=tuple(dict.fromkeys(finding.layer for finding in blocking)),
        unknowns=open_points,
        not_checked=gates.not_checked(way),
        contradictions=(*told.contradictions, *contradictions(passages, seen, barriers)),
        collection=_collection(snapshot),
    )


def _barriers(problems: tuple[Finding, ...], claimed: Iterable[Claimed]) -> tuple[Finding, ...]:
    """Problems and barriers in the order of the hops; a barrier that a problem says is left out."""
    said = {(problem.id, problem.hop_index) for problem in problems}
    found = list(problems)
    for entry in claimed:
        if (entry.finding.id, entry.finding.hop_index) not in said:
            found += [entry.finding, *entry.crashes]
    return tuple(sorted(found, key=lambda finding: finding.hop_index))


def _verdict(
    denied: bool, open_points: Iterable[Unknown], checks: Iterable[TracedCheck]
) -> Verdict:
    if denied:
        return Verdict.DENY
    undecided = any(check.trace.decision.outcome is Outcome.UNKNOWN for check in checks)
    if undecided or any(point.decisive for point in open_points):
        return Verdict.UNKNOWN
    return Verdict.ALLOW


def _certainty(verdict: Verdict, proven: bool, passed: bool) -> Certainty:
    if verdict is Verdict.UNKNOWN:
        return Certainty.OPEN
    if verdict is Verdict.ALLOW:
        return Certainty.EVIDENCE if passed else Certainty.PROVEN
    return Certainty.PROVEN if proven else Certainty.EVIDENCE


def _reported(told: Finding | None, blocking: list[Finding]) -> Finding | None:
    """The finding that AWS reported: one that it has shown to be wrong is none."""
    return told if told in blocking else next(iter(blocking), None)


def _collection(snapshot: Snapshot) -> dict[str, object]:
    return {
        "snapshot": list(snapshot.origins),
        "created": snapshot.created,
        "unreadable": [problem.path for problem in snapshot.problems],
        "ignored": list(snapshot.ignored),
        "redaction": snapshot.redaction,
    }
