"""The plan for a whole attempt: edits that together turn it to allow, each of them necessary.

A plan is proved before it is shown: all checks are evaluated again with the edits, and once more
without each of them.
"""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.diagnose.barrier import barriers
from bedrock_doctor.diagnose.claiming import Claimed, claimed_barriers
from bedrock_doctor.fix.apply import asked_again, changed_documents
from bedrock_doctor.fix.candidates import candidates
from bedrock_doctor.fix.fixes import document_fixes, numbered
from bedrock_doctor.fix.limits import too_large
from bedrock_doctor.model.fix import Edit, Plan
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import TracedHop

_ROUNDS = 8
"""Mending one barrier may reveal another behind it: at most one for each layer, and one more."""


def plan(report: Report, snapshot: Snapshot) -> Plan:
    """The smallest change found that turns a denied attempt to allow.

    Every edit is necessary; where only some barriers can be mended by policy, the edits for those
    are given and the plan is not proved.
    """
    if report.verdict is not Verdict.DENY:
        return Plan(False, False, (), (), ())
    edits, stuck = _gathered(report, snapshot)
    hops = asked_again(report.hops, edits)
    claimed = {c.finding.id for c in claimed_barriers(report.way, report.hops, snapshot)}
    others = [f for f in report.findings if f.blocking and f.id not in claimed]
    remaining = tuple(dict.fromkeys((*(entry.finding for entry in stuck), *others)))
    passes = _passes(hops)
    if passes:
        edits = _necessary(report, edits)
    documents = changed_documents(edits)
    doubts = [text for text in map(too_large, documents) if text]
    if not passes and not remaining:
        doubts.append("with these edits the answer depends on evidence that was not collected")
    doubts += [point.missing for point in report.unknowns if point.decisive]
    proved = passes and bool(edits) and not remaining and not doubts
    fixes = document_fixes(documents, edits, proved=proved)
    return numbered(
        Plan(True, proved, edits, documents, remaining, tuple(dict.fromkeys(doubts)), fixes)
    )


def _gathered(report: Report, snapshot: Snapshot) -> tuple[tuple[Edit, ...], list[Claimed]]:
    """Edits for all barriers, also for those that come to light on the way; and the stuck ones."""
    edits: tuple[Edit, ...] = ()
    stuck: list[Claimed] = []
    for _ in range(_ROUNDS):
        hops = asked_again(report.hops, edits)
        met = list(claimed_barriers(report.way, hops, snapshot))
        stuck = []
        added = edits
        for entry in met:
            found = _mending(entry, report, hops, added)
            if found is None:
                stuck.append(entry)
            else:
                added = (*added, found)
        if added == edits:
            break
        edits = added
    return edits, stuck


def _mending(
    entry: Claimed, report: Report, hops: tuple[TracedHop, ...], edits: tuple[Edit, ...]
) -> Edit | None:
    """The first candidate that takes its barrier away."""
    originals = _originals(report.hops)
    for edit in candidates(entry.barrier, entry.finding.id, entry.finding.owner_account):
        first = replace(edit, original=originals.get(edit.policy, edit.original))
        after = asked_again(report.hops, (*edits, first))
        if _denials(entry, report, after) < _denials(entry, report, hops):
            return first
    return None


def _denials(entry: Claimed, report: Report, hops: tuple[TracedHop, ...]) -> int:
    """In how many checks of a barrier its own layer still denies by the same cause."""
    barrier = entry.barrier
    hop = next(h for h in hops if h.hop.index == barrier.hop.hop.index)
    return sum(
        len(set(other.positions) & set(barrier.positions))
        for other in barriers(report.way, hop)
        if other.layer is barrier.layer and (other.deny is None) == (barrier.deny is None)
    )


def _originals(hops: tuple[TracedHop, ...]) -> dict[object, str]:
    """The text of every document before any edit."""
    found: dict[object, str] = {}
    for hop in hops:
        for check in hop.checks:
            held = check.check.policies
            levels = [x for x in (held.scp, held.rcp) if isinstance(x, tuple)]
            entries = [
                *held.identity,
                held.resource,
                held.boundary,
                held.endpoint,
                *(held.session or ()),
                *(entry for level in levels for one in level for entry in one.documents),
            ]
            found.update((e.ref, e.source.text) for e in entries if isinstance(e, PolicyDocument))
    return found


def _necessary(report: Report, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits without those that the attempt passes without."""
    kept = edits
    for edit in edits:
        fewer = tuple(other for other in kept if other != edit)
        if _passes(asked_again(report.hops, fewer)):
            kept = fewer
    return kept


def _passes(hops: tuple[TracedHop, ...]) -> bool:
    return all(
        check.trace.decision.outcome is Outcome.ALLOWED for hop in hops for check in hop.checks
    )
