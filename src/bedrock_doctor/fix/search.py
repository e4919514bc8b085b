"""The smallest sets of edits: no smaller set of all edits that are known mends the attempt.

Layers deny independently of each other, so barriers fall into parts that no edit joins: those of
one layer and hop, and those that share a document. Each part is solved alone, by all sets of one
edit, then of two, and so on; a plan is one solution of each part.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from bedrock_doctor.diagnose.barrier import Barrier, barriers
from bedrock_doctor.diagnose.claiming import Claimed, claimed_barriers
from bedrock_doctor.fix.apply import asked_again, changed_documents, document_key
from bedrock_doctor.fix.candidates import candidates
from bedrock_doctor.fix.limits import InlineSizes, inline_sizes, too_large
from bedrock_doctor.fix.mending import mending_of
from bedrock_doctor.model.fix import Edit, FixKind
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import TracedHop

_ROUNDS = 8
"""Mending one barrier may reveal another behind it: at most one for each layer, and one more."""
_MOST = 12
"""Solutions of one part that are kept."""
_BUDGET = 300
"""Evaluations for one part; beyond them the edits that were found first stand."""
Edits = tuple[Edit, ...]
Place = tuple[int, PolicyLayer]
"""A hop and a layer in which something denies."""


@dataclass(frozen=True, slots=True)
class Part:
    """Barriers that are mended together.

    Attributes:
        solutions: sets of edits of the smallest size, those of the simplest edits first.
        exact: whether all smaller sets were tried.
    """

    solutions: tuple[Edits, ...]
    exact: bool = True


@dataclass(slots=True)
class Search:
    """One search over the edits of an attempt."""

    report: Report
    snapshot: Snapshot
    _asked: dict[tuple[Hashable, ...], tuple[TracedHop, ...]] = field(default_factory=dict)
    _texts: dict[Hashable, str] = field(default_factory=dict)
    _without_room: dict[str, dict[str, None]] = field(default_factory=dict)
    _inline: InlineSizes | None = None

    def parts(self) -> tuple[tuple[Part, ...], tuple[Claimed, ...]]:
        """The parts in the order of the way, and the barriers that no edit mends."""
        edits, stuck = self._gathered()
        unsolved = {_place(entry.barrier) for entry in stuck}
        parts = []
        for group in _joined(edits):
            found: Edits = tuple(edit for edit, _ in group)
            places = frozenset(place for _, place in group)
            if len(found) > 1 and not places & unsolved:
                parts.append(self._solved(found, places))
            else:
                parts.append(self._single(found, places, unsolved))
        return tuple(parts), tuple(stuck)

    def too_large(self, edits: Edits) -> tuple[str, ...]:
        """What is wrong with the sizes that documents get by edits."""
        if self._inline is None:
            self._inline = inline_sizes(self.report.hops)
        return too_large(changed_documents(edits), self._inline)

    def without_room(self, finding: str) -> tuple[str, ...]:
        """Why edits that would mend a finding were left out: their documents would be too large."""
        sizes = self._without_room.get(finding, ())
        return tuple(f"what would mend {finding} does not fit: {text}" for text in sizes)

    def met_findings(self) -> frozenset[str]:
        """Ids of the findings that barriers of the attempt are told by."""
        return frozenset(entry.finding.id for entry in self._met(()))

    def hops(self, edits: Edits) -> tuple[TracedHop, ...]:
        """The way with edits."""
        key = tuple(sorted(map(edit_key, edits), key=repr))
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = asked_again(self.report.hops, edits)
        return found

    def _met(self, edits: Edits) -> Iterator[Claimed]:
        return claimed_barriers(self.report.way, self.hops(edits), self.snapshot)

    def _gathered(self) -> tuple[list[tuple[Edit, Place]], tuple[Claimed, ...]]:
        """An edit for every barrier, also for those that come to light on the way; the stuck."""
        edits: list[tuple[Edit, Place]] = []
        stuck: list[Claimed] = []
        for _ in range(_ROUNDS):
            added = list(edits)
            stuck = []
            for entry in self._met(tuple(edit for edit, _ in edits)):
                found = next(self._mending(entry, tuple(edit for edit, _ in added)), None)
                if found is None:
                    stuck.append(entry)
                else:
                    added.append((found, _place(entry.barrier)))
            if len(added) == len(edits):
                break
            edits = added
        return edits, tuple(stuck)

    def _mending(self, entry: Claimed, edits: Edits) -> Iterator[Edit]:
        """The candidates that lessen the denials of a barrier, where documents keep their size."""
        before = self._denials(entry.barrier, edits)
        if not before or mending_of(entry.finding.id).kind is not FixKind.POLICY:
            return
        for edit in candidates(entry.barrier, entry.finding.id, entry.finding.owner_account):
            made = self._original(edit)
            if any(edit_key(made) == edit_key(other) for other in edits):
                continue
            if self._denials(entry.barrier, (*edits, made)) >= before:
                continue
            sizes = self.too_large((*edits, made))
            if sizes:
                self._without_room.setdefault(entry.finding.id, {}).update(dict.fromkeys(sizes))
                continue
            yield made
            if entry.barrier.layer is PolicyLayer.IDENTITY and entry.barrier.deny is None:
                return  # another place for the same grant is no alternative

    def _original(self, edit: Edit) -> Edit:
        """The edit with the text that its document has before any edit."""
        if not self._texts:
            self._texts = _originals(self.report.hops)
        text = self._texts.get(document_key(edit.policy))
        return edit if text is None else replace(edit, original=text)

    def _denials(self, barrier: Barrier, edits: Edits) -> int:
        """In how many checks of a barrier its own layer still denies by the same kind of cause."""
        hop = next(h for h in self.hops(edits) if h.hop.index == barrier.hop.hop.index)
        return sum(
            len(set(other.positions) & set(barrier.positions))
            for other in barriers(self.report.way, hop)
            if other.layer is barrier.layer and (other.deny is None) == (barrier.deny is None)
        )

    def _open(self, edits: Edits, places: frozenset[Place]) -> Iterator[Claimed]:
        return (entry for entry in self._met(edits) if _place(entry.barrier) in places)

    def _single(self, found: Edits, places: frozenset[Place], unsolved: set[Place]) -> Part:
        """One edit cannot be fewer; others that do the same are alternatives of equal size."""
        if len(found) > 1 or places & unsolved:
            return Part((found,))
        entry = next(self._open((), places), None)
        if entry is None:
            return Part((found,))
        others = tuple(
            (edit,)
            for edit in self._mending(entry, ())
            if edit_key(edit) != edit_key(found[0]) and not any(self._open((edit,), places))
        )
        return Part((found, *others)[:_MOST])

    def _solved(self, greedy: Edits, places: frozenset[Place]) -> Part:
        """All sets of the smallest size."""
        budget = [_BUDGET]
        for size in range(1, len(greedy) + 1):
            found: dict[frozenset[Hashable], Edits] = {}
            for solution in self._sets((), size, places, budget):
                found.setdefault(frozenset(map(edit_key, solution)), solution)
                if len(found) >= _MOST:
                    break
            if budget[0] <= 0:
                return Part((greedy,), exact=False)
            if found:
                return Part(tuple(found.values()))
        return Part((greedy,))

    def _sets(
        self, edits: Edits, size: int, places: frozenset[Place], budget: list[int]
    ) -> Iterator[Edits]:
        """Sets of exactly this size after which nothing of the part denies."""
        budget[0] -= 1
        if budget[0] <= 0:
            return
        met = list(self._open(edits, places))
        if not met:
            if len(edits) == size:
                yield edits
            return
        if len(edits) == size:
            return
        first, tried = met[0], set()
        before = self._denials(first.barrier, edits)
        for entry in met:
            for edit in self._mending(entry, edits):
                key = edit_key(edit)
                if key in tried or self._denials(first.barrier, (*edits, edit)) >= before:
                    continue
                tried.add(key)
                yield from self._sets((*edits, edit), size, places, budget)


def edit_key(edit: Edit) -> Hashable:
    """What makes two edits the same change."""
    return document_key(edit.policy), repr(edit.steps)


def _place(barrier: Barrier) -> Place:
    return barrier.hop.hop.index, barrier.layer


def _joined(edits: Iterable[tuple[Edit, Place]]) -> list[list[tuple[Edit, Place]]]:
    """Edits in groups that share a place or a document, in the order of the way."""
    groups: list[list[tuple[Edit, Place]]] = []
    for edit, place in edits:
        key = document_key(edit.policy)
        near = [
            group
            for group in groups
            if any(place == other or key == document_key(e.policy) for e, other in group)
        ]
        merged = [member for group in near for member in group] + [(edit, place)]
        rest = [group for group in groups if group not in near]
        position = min((groups.index(group) for group in near), default=len(groups))
        groups = [*rest[:position], merged, *rest[position:]]
    return groups


def _originals(hops: tuple[TracedHop, ...]) -> dict[Hashable, str]:
    """The text of every document before any edit."""
    found: dict[Hashable, str] = {}
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
            for entry in entries:
                if isinstance(entry, PolicyDocument):
                    found[document_key(entry.ref)] = entry.source.text
    return found
