"""The plan for a whole attempt: edits that together turn it to allow, each of them necessary.

A plan is proved before it is shown: all checks are evaluated again with the edits, and once more
without each of them. Of the smallest plans the one that opens least beside the attempt comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from bedrock_doctor.fix.account_steps import other_fixes
from bedrock_doctor.fix.apply import asked_again, changed_documents
from bedrock_doctor.fix.attempt_changes import attempt_changes
from bedrock_doctor.fix.blast_radius import Universe, blast_radius
from bedrock_doctor.fix.fixes import document_fixes, numbered
from bedrock_doctor.fix.other_ways import other_ways
from bedrock_doctor.fix.search import Edits, Part, Search
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.fix import Fix, Plan
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import TracedHop

_EVIDENCE = frozenset({"BD010", "BD011", "BD101"})
_COMPARED = 8
"""Alternatives whose blast radius is computed; further ones keep their order."""
_SHOWN = 8
"""Alternative plans that are offered."""


def plan(report: Report, snapshot: Snapshot, *, alternatives: bool = True) -> Plan:
    """The smallest change that turns a denied attempt to allow, and its alternatives.

    Every edit is necessary; where only some barriers can be mended, the fixes for those are given
    and the plan is not proved.

    Args:
        report: the diagnosis.
        snapshot: what it was asked of.
        alternatives: whether other plans are looked for as well.
    """
    if report.verdict is not Verdict.DENY:
        return Plan(False, False, (), (), ())
    changed, calls = attempt_changes(report, snapshot)
    maker = _Maker(changed, snapshot, calls)
    parts, stuck = maker.search.parts()
    chosen = maker.least_opening(parts)
    remaining = tuple(dict.fromkeys((*(entry.finding for entry in stuck), *maker.closed())))
    first = maker.plan(_all(chosen), remaining, exact=all(part.exact for part in parts))
    others = list(maker.alternatives(parts, chosen, remaining)) if alternatives else []
    if (alternatives or not first.proved) and not _by_evidence(report):
        for after, fix in islice(other_ways(changed, snapshot), _SHOWN):
            others.append(_way_plan(after, (*calls, fix)))
    options = sorted((first, *others), key=lambda option: not option.proved)
    kept = [option for option in options[1:] if option.proved or not options[0].proved]
    best = tuple(sorted(kept, key=_by_opening)[:_SHOWN]) if alternatives else ()
    return numbered(replace(options[0], alternatives=best))


def _by_evidence(report: Report) -> bool:
    """Whether AWS itself denies what the snapshot does not: then no snapshot proves a way."""
    return any(f.blocking and f.id in _EVIDENCE for f in report.findings)


def _way_plan(after: Report, calls: tuple[Fix, ...]) -> Plan:
    return Plan(True, True, (), (), (), fixes=calls, attempt=after.way.attempt)


def _by_opening(option: Plan) -> tuple[bool, int]:
    return not option.proved, option.radius.opened_decisions if option.radius else 0


def _all(parts: tuple[Edits, ...]) -> Edits:
    return tuple(edit for edits in parts for edit in edits)


@dataclass(slots=True)
class _Maker:
    """Plans for one attempt, with the changes of the call that all of them need."""

    report: Report
    snapshot: Snapshot
    calls: tuple[Fix, ...]
    search: Search
    universe: Universe

    def __init__(self, report: Report, snapshot: Snapshot, calls: tuple[Fix, ...]) -> None:
        self.report, self.snapshot, self.calls = report, snapshot, calls
        self.search = Search(report, snapshot)
        self.universe = Universe(report, snapshot)

    def closed(self) -> tuple[Finding, ...]:
        """Findings that come from no policy: gates, evidence, roles that do not exist."""
        met = self.search.met_findings()
        return tuple(f for f in self.report.findings if f.blocking and f.id not in met)

    def least_opening(self, parts: tuple[Part, ...]) -> tuple[Edits, ...]:
        """For each part the solution that opens least while the others are in place."""
        chosen = [part.solutions[0] for part in parts]
        room = _COMPARED
        for number, part in enumerate(parts):
            if len(part.solutions) < 2 or room <= 0:
                continue
            tried = part.solutions[:room]
            room -= len(tried)
            chosen[number] = min(tried, key=lambda edits: self._opened(chosen, number, edits))
        return tuple(chosen)

    def _opened(self, chosen: list[Edits], number: int, edits: Edits) -> int:
        others = tuple(e for n, held in enumerate(chosen) if n != number for e in held)
        given = changed_documents(others)
        names = {document.policy for document in changed_documents(edits)}
        both = changed_documents((*others, *edits))
        documents = tuple(document for document in both if document.policy in names)
        kept = tuple(document for document in given if document.policy not in names)
        return blast_radius(self.universe, documents, kept).opened_decisions

    def alternatives(
        self, parts: tuple[Part, ...], chosen: tuple[Edits, ...], remaining: tuple[Finding, ...]
    ) -> list[Plan]:
        """Plans of the same size that differ in one part."""
        found = []
        for number, part in enumerate(parts):
            for edits in part.solutions:
                if edits is not chosen[number]:
                    other = (*chosen[:number], edits, *chosen[number + 1 :])
                    found.append(self.plan(_all(other), remaining, exact=part.exact))
                if len(found) >= _SHOWN:
                    return found
        return found

    def plan(self, edits: Edits, remaining: tuple[Finding, ...], *, exact: bool) -> Plan:
        """One plan with its proof and its blast radius."""
        hops = asked_again(self.report.hops, edits)
        passes = _passes(hops)
        if passes:
            edits = self._necessary(edits)
        documents = changed_documents(edits)
        doubts = [*self.search.too_large(edits)]
        doubts += [text for finding in remaining for text in self.search.without_room(finding.id)]
        if not passes and not remaining:
            doubts.append("with these edits the answer depends on evidence that was not collected")
        doubts += [point.missing for point in self.report.unknowns if point.decisive]
        changes = bool(edits) or bool(self.calls)
        proved = passes and changes and not remaining and not doubts
        return Plan(
            needed=True,
            proved=proved,
            edits=edits,
            documents=documents,
            remaining=remaining,
            doubts=tuple(dict.fromkeys(doubts)),
            fixes=(
                *self.calls,
                *document_fixes(documents, edits, self.universe, proved=proved),
                *other_fixes(remaining, self.report),
            ),
            attempt=self.report.way.attempt if self.calls else None,
            radius=blast_radius(self.universe, documents) if documents else None,
            smallest=exact,
        )

    def _necessary(self, edits: Edits) -> Edits:
        """The edits without those that the attempt passes without."""
        kept = edits
        for edit in edits:
            fewer = tuple(other for other in kept if other != edit)
            if _passes(asked_again(self.report.hops, fewer)):
                kept = fewer
        return kept


def _passes(hops: tuple[TracedHop, ...]) -> bool:
    return all(
        check.trace.decision.outcome is Outcome.ALLOWED for hop in hops for check in hop.checks
    )
