"""The decisions that a change makes different, over everybody and everything that is known.

Both sides are decided by `evaluate.matrix`; only principals and targets whose policies change, and
only actions that a changed statement covers, are decided at all: nothing else can differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bedrock_doctor.evaluate.matrix import (
    Axes,
    Change,
    Matrix,
    Subject,
    Target,
    difference,
    evaluate_matrix,
    positions,
)
from bedrock_doctor.fix.apply import Changes, document_key
from bedrock_doctor.fix.differing import differing
from bedrock_doctor.fix.offer import Entries, Offer
from bedrock_doctor.fix.radius_words import RawClass, told
from bedrock_doctor.model.blast_radius import BlastRadius, DecisionClass
from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Account, Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.universe.subjects import ANYBODY, accounts_of, subjects_of
from bedrock_doctor.universe.targets import (
    Asked,
    Family,
    actions_of,
    catalog_asks,
    model_targets,
    own_asks,
    role_targets,
)
from bedrock_doctor.universe.viewpoint import Viewpoint

MODEL_FAMILIES = (Family.MODEL, Family.PROFILE, Family.ROUTED)
_SHARED = (PolicyKind.MANAGED, PolicyKind.BOUNDARY, PolicyKind.ENDPOINT)
"""Documents that may bind others than their holder."""
_RANK = {Outcome.UNKNOWN: 1, Outcome.ALLOWED: 2}
Documents = tuple[ChangedDocument, ...]
Sides = list[tuple[Subject, Subject]]


@dataclass(slots=True)
class Universe:
    """Principals and targets of one snapshot, seen from one attempt; made when they are needed.

    Attributes:
        report: the diagnosis of the attempt.
        snapshot: what it was asked of.
        view: from where the attempt looks at it.
        found: blast radii that were computed before.
    """

    report: Report
    snapshot: Snapshot
    view: Viewpoint = field(init=False)
    _subjects: dict[tuple[str, str, bool], tuple[Subject, ...]] = field(default_factory=dict)
    _models: dict[str, Offer] = field(default_factory=dict)
    _roles: Entries | None = None
    _size: tuple[int, int] | None = None
    found: dict[tuple[Documents, Documents], BlastRadius] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.view = _view(self.report)

    def subjects(self, account: str, service: str, *, endpoints: bool) -> tuple[Subject, ...]:
        """The principals of an account."""
        key = account, service, endpoints
        if key not in self._subjects:
            self._subjects[key] = subjects_of(
                account, self.view, self.snapshot, service=service, endpoints=endpoints
            )
        return self._subjects[key]

    def models(self, account: str) -> Offer:
        """What the principals of an account may ask of Amazon Bedrock."""
        if account not in self._models:
            self._models[account] = Offer(
                model_targets(account, self.view.partition, self.snapshot)
            )
        return self._models[account]

    @property
    def roles(self) -> Entries:
        """All roles, to assume them."""
        if self._roles is None:
            self._roles = role_targets(self.view.region, self.snapshot)
        return self._roles

    def size(self) -> tuple[int, int]:
        """The number of decisions of the whole universe, and of its principals."""
        if self._size is None:
            self._size = self._counted()
        return self._size

    def _counted(self) -> tuple[int, int]:
        common = catalog_asks(self.view.partition)
        known = frozenset(common)
        base = sum(len(actions_of(ask.family)) for ask in common)
        roles = sum(len(account.roles) for account in self.snapshot.accounts.values())
        decisions = principals = 0
        for account in accounts_of(self.view, self.snapshot):
            number = len(self.subjects(account, "sts", endpoints=False))
            held = self.snapshot.accounts.get(account, Account(account))
            own = sum(len(actions_of(a.family)) for a in own_asks(held) if a not in known)
            asked = 0 if account == ANYBODY else base + own
            decisions += number * (asked + roles * len(actions_of(Family.ROLE)))
            principals += number
        return decisions, principals


def _view(report: Report) -> Viewpoint:
    """Where the attempt stands, and who signs on its way."""
    attempt, checks = report.way.attempt, report.way.call.checks
    return Viewpoint(
        checks[0].request.principal.partition if checks else "",
        attempt.region,
        attempt.endpoints,
        tuple((traced.hop.account, traced.hop.principal) for traced in report.hops),
    )


def blast_radius(
    universe: Universe,
    documents: Iterable[ChangedDocument],
    given: Iterable[ChangedDocument] = (),
) -> BlastRadius:
    """Every decision that changed documents make different.

    Args:
        universe: who asks for what.
        documents: the change.
        given: documents that are changed on both sides.
    """
    if not universe.report.way.call.checks:
        return BlastRadius(0, 0)
    changed, others = tuple(documents), tuple(given)
    known = universe.found.get((changed, others))
    if known is not None:
        return known
    work = _Comparison(universe, changed, Changes(others), Changes((*others, *changed)))
    found = told(work.classes(), universe.report)
    radius = as_radius(universe, found, tuple(_limits(universe.snapshot, changed)))
    universe.found[changed, others] = radius
    return radius


def as_radius(
    universe: Universe, found: tuple[DecisionClass, ...], limits: tuple[str, ...]
) -> BlastRadius:
    """Classes of decisions as what opens and what closes in a universe."""
    decisions, principals = universe.size()
    return BlastRadius(
        decisions=decisions,
        principals=principals,
        opened=tuple(c for c in found if _RANK.get(c.after, 0) > _RANK.get(c.before, 0)),
        closed=tuple(c for c in found if _RANK.get(c.after, 0) < _RANK.get(c.before, 0)),
        limits=limits,
    )


class _Comparison:
    """One change, with the policies of both sides."""

    def __init__(
        self,
        universe: Universe,
        documents: tuple[ChangedDocument, ...],
        before: Changes,
        after: Changes,
    ) -> None:
        self.universe, self.before, self.after = universe, before, after
        self._places = tuple(differing(documents))
        self._endpoints = any(d.policy.kind is PolicyKind.ENDPOINT for d in documents)

    def classes(self) -> Iterator[RawClass]:
        """All classes of decisions that differ."""
        universe = self.universe
        for account in accounts_of(universe.view, universe.snapshot):
            if account != ANYBODY:
                yield from self._bedrock(account)
        yield from self._assume()

    def _covered(self, family: Family) -> tuple[str, ...]:
        """The actions of a kind of target that a changed statement covers."""
        return tuple(
            name for name in actions_of(family) if any(p.covers(name) for p in self._places)
        )

    def _sides(self, subjects: Iterable[Subject], *, all_of_them: bool = False) -> Sides:
        """Subjects with their policies on both sides; only those whose answers can differ."""
        sides = []
        for subject in subjects:
            if not any(place.concerns(subject) for place in self._places):
                continue
            arns = subject.context.values.get("aws:principalarn", ())
            was = self.before.policies(subject.policies, arns)
            now = self.after.policies(subject.policies, arns)
            if all_of_them or (was is not now and was != now):
                sides.append((replace(subject, policies=was), replace(subject, policies=now)))
        return sides

    def _bedrock(self, account: str) -> Iterator[RawClass]:
        covered = {family: self._covered(family) for family in MODEL_FAMILIES}
        if not any(covered.values()):
            return
        everybody = self.universe.subjects(account, "bedrock-runtime", endpoints=self._endpoints)
        sides = self._sides(everybody)
        if not sides:
            return
        reached = self.universe.models(account).reached(self._places)
        for families in together(covered):
            names = tuple(n for n in covered[families[0]] if takers(n, covered) == families)
            entries = tuple(entry for entry in reached if entry[1].family in families)
            yield from classes_between(account, sides, names, entries, entries)

    def _assume(self) -> Iterator[RawClass]:
        names = self._covered(Family.ROLE)
        if not names:
            return
        was = tuple(self._target(entry, self.before) for entry in self.universe.roles)
        now = tuple(self._target(entry, self.after) for entry in self.universe.roles)
        moved = [n for n, pair in enumerate(zip(was, now, strict=True)) if pair[0] != pair[1]]
        kept = frozenset(moved)
        others = Offer(tuple(e for n, e in enumerate(was) if n not in kept)).reached(self._places)
        old, new = tuple(was[n] for n in moved), tuple(now[n] for n in moved)
        for account in accounts_of(self.universe.view, self.universe.snapshot):
            everybody = self.universe.subjects(account, "sts", endpoints=self._endpoints)
            if moved:
                sides = self._sides(everybody, all_of_them=True)
                yield from classes_between(account, sides, names, old, new)
            own = self._sides(everybody)
            if own and others:
                yield from classes_between(account, own, names, others, others)

    @staticmethod
    def _target(entry: tuple[Target, Asked], changes: Changes) -> tuple[Target, Asked]:
        target, asked = entry
        policy = changes.document(target.policy) if target.policy else None
        rcp = changes.levels(target.rcp)
        if policy is target.policy and rcp is target.rcp:
            return entry
        return replace(target, policy=policy, rcp=rcp), asked


def takers(action: str, covered: dict[Family, tuple[str, ...]]) -> tuple[Family, ...]:
    """The kinds of target that an action takes."""
    return tuple(family for family in covered if action in covered[family])


def together(covered: dict[Family, tuple[str, ...]]) -> Iterable[tuple[Family, ...]]:
    """The kinds of target that actions take together."""
    names = [name for found in covered.values() for name in found]
    return dict.fromkeys(takers(name, covered) for name in names)


def classes_between(
    account: str,
    sides: Sides,
    actions: tuple[str, ...],
    old: Entries,
    new: Entries,
) -> Iterator[RawClass]:
    """Decisions that differ between two sides of the same principals and targets."""
    if not old or not actions or not sides:
        return
    asked = tuple(entry[1] for entry in old)
    was, now = tuple(pair[0] for pair in sides), tuple(pair[1] for pair in sides)
    for change in difference(*_matrices(was, now, actions, old, new)):
        if _RANK.get(change.before, 0) != _RANK.get(change.after, 0):
            yield _raw(account, was, actions, old, asked, change)


def _matrices(
    was: tuple[Subject, ...],
    now: tuple[Subject, ...],
    actions: tuple[str, ...],
    old: Entries,
    new: Entries,
) -> tuple[Matrix, Matrix]:
    """Both sides; over the same targets they share what was found of these."""
    targets = tuple(entry[0] for entry in old)
    before, after = Axes(was, actions, targets), Axes(now, actions, tuple(e[0] for e in new))
    if old is not new:
        return evaluate_matrix(before), evaluate_matrix(after)
    rows = evaluate_matrix(Axes((*was, *now), actions, targets)).rows
    return Matrix(before, rows[: len(was)]), Matrix(after, rows[len(was) :])


def _raw(
    account: str,
    subjects: tuple[Subject, ...],
    actions: tuple[str, ...],
    entries: Entries,
    asked: tuple[Asked, ...],
    change: Change,
) -> RawClass:
    return RawClass(
        account="" if account == ANYBODY else account,
        principals=tuple(subjects[n].principal.arn for n in change.subjects),
        action=actions[change.action],
        resources=tuple((entries[n][0], asked[n]) for n in positions(change.targets)),
        before=change.before,
        after=change.after,
    )


def _limits(snapshot: Snapshot, documents: tuple[ChangedDocument, ...]) -> Iterator[str]:
    """Accounts that the change reaches and whose roles and users are not all known."""
    reached: set[str] = set()
    for document in documents:
        if document.policy.kind in (PolicyKind.SCP, PolicyKind.RCP):
            reached |= _below(snapshot, document)
        elif document.before and document.policy.kind in _SHARED:
            reached.add(document.policy.account)
    unread = sorted(
        number
        for number in reached - {""}
        if not snapshot.accounts.get(number, Account(number)).iam_complete
    )
    if unread:
        yield f"roles and users of account {', '.join(unread)} were not collected, or not all"


def _below(snapshot: Snapshot, document: ChangedDocument) -> set[str]:
    """Accounts that an organization policy binds."""
    found: set[str] = set()
    key = document_key(document.policy)
    for org in snapshot.organizations:
        held = org.scps if document.policy.kind is PolicyKind.SCP else org.rcps
        targets = {
            target
            for target, entries in held.items()
            if any(isinstance(e, PolicyDocument) and document_key(e.ref) == key for e in entries)
        }
        accounts = {*org.members, *snapshot.accounts} - {org.management_account}
        found |= {number for number in accounts if targets & set(org.chain(number)[0])}
    return found
