"""Holding a plan against a newer snapshot: is it fixed, and is anything else different?"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import replace

from bedrock_doctor.diagnose.examine import examine
from bedrock_doctor.fix.apply import Changes, document_key
from bedrock_doctor.fix.blast_radius import (
    MODEL_FAMILIES,
    Sides,
    Universe,
    as_radius,
    blast_radius,
    classes_between,
    takers,
    together,
)
from bedrock_doctor.fix.offer import Entries
from bedrock_doctor.fix.radius_words import RawClass, told
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.verification import (
    DocumentState,
    PlannedDocument,
    SavedPlan,
    Verification,
)
from bedrock_doctor.universe.subjects import ANYBODY, accounts_of
from bedrock_doctor.universe.targets import Family, actions_of


def verify(plan: SavedPlan, snapshot: Snapshot, before: Snapshot | None) -> Verification:
    """Diagnoses the attempt again, and compares what is with what the plan foresaw.

    Args:
        plan: what was planned.
        snapshot: what was collected after the change.
        before: what the plan was made from; None: only the planned documents are compared.
    """
    report = examine(plan.attempt, snapshot)
    held = {document_key(d.ref): d.source.text for d in documents_of(snapshot)}
    states = tuple((document, _state(document, held)) for document in plan.documents)
    universe = Universe(report, snapshot)
    if before is None:
        unplanned = _otherwise(universe, states, held)
    else:
        expected = Changes(map(_changed, plan.documents))
        old = Universe(examine(plan.attempt, before), before)
        found = told(_between(old, expected, universe), report)
        unplanned = as_radius(universe, found, tuple(_one_sided(before, snapshot)))
    return Verification(report, states, unplanned, whole=before is not None)


def documents_of(snapshot: Snapshot) -> Iterator[PolicyDocument]:
    """Every policy document that a snapshot holds."""
    entries: list[object] = []
    for account in snapshot.accounts.values():
        for entity in (*account.roles.values(), *account.users.values()):
            entries += [*entity.policies, entity.boundary, entity.trust]
        entries += [endpoint.policy for endpoint in account.endpoints.values()]
    for org in snapshot.organizations:
        for attached in (*org.scps.values(), *org.rcps.values()):
            entries += attached
    return (entry for entry in entries if isinstance(entry, PolicyDocument))


def _state(document: PlannedDocument, held: dict[Hashable, str]) -> DocumentState:
    if document.policy.kind is PolicyKind.SESSION:
        return DocumentState.AS_PLANNED  # it is passed with the attempt that is diagnosed
    text = held.get(document_key(document.policy))
    if text is None:
        return DocumentState.ABSENT if document.before else DocumentState.UNCHANGED
    if _same(text, document.after):
        return DocumentState.AS_PLANNED
    unchanged = bool(document.before) and _same(text, document.before)
    return DocumentState.UNCHANGED if unchanged else DocumentState.OTHERWISE


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same JSON; one that is none equals only itself."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return one == other


def _changed(document: PlannedDocument) -> ChangedDocument:
    return ChangedDocument(document.policy, document.owner, document.before, document.after, (), ())


def _otherwise(
    universe: Universe,
    states: tuple[tuple[PlannedDocument, DocumentState], ...],
    held: dict[Hashable, str],
) -> BlastRadius:
    """What documents decide otherwise than planned: seen from what is towards what was planned."""
    other = tuple(
        replace(_changed(document), before=held[document_key(document.policy)])
        for document, state in states
        if state is DocumentState.OTHERWISE
    )
    towards = blast_radius(universe, other)
    turned = (
        tuple(replace(c, before=c.after, after=c.before) for c in side)
        for side in (towards.closed, towards.opened)
    )
    opened, closed = turned
    return replace(towards, opened=opened, closed=closed)


def _between(old: Universe, expected: Changes, new: Universe) -> Iterator[RawClass]:
    """Decisions of the new snapshot that differ from the old one with the plan."""
    for account in accounts_of(new.view, new.snapshot):
        if account == ANYBODY:
            continue
        sides = _sides(old, expected, new, account, "bedrock-runtime")
        covered = {family: actions_of(family) for family in MODEL_FAMILIES}
        entries = new.models(account).entries if sides else ()
        for families in together(covered) if sides else ():
            names = tuple(n for n in covered[families[0]] if takers(n, covered) == families)
            asked = tuple(entry for entry in entries if entry[1].family in families)
            yield from classes_between(account, sides, names, asked, asked)
    yield from _assuming(old, expected, new)


def _sides(old: Universe, expected: Changes, new: Universe, account: str, service: str) -> Sides:
    """Principals that both snapshots hold, where their policies differ."""
    known = {s.principal.arn: s for s in old.subjects(account, service, endpoints=False)}
    sides = []
    for subject in new.subjects(account, service, endpoints=False):
        other = known.get(subject.principal.arn)
        if other is None:
            continue
        arns = subject.context.values.get("aws:principalarn", ())
        policies = expected.policies(other.policies, arns)
        if policies != subject.policies or other.context != subject.context:
            sides.append((replace(other, principal=subject.principal, policies=policies), subject))
    return sides


def _assuming(old: Universe, expected: Changes, new: Universe) -> Iterator[RawClass]:
    known = {target.resource: (target, asked) for target, asked in old.roles}
    pairs: list[tuple[Entries, Entries]] = []
    for entry in new.roles:
        if entry[0].resource in known:
            target, asked = known[entry[0].resource]
            policy = expected.document(target.policy) if target.policy else None
            was = replace(target, policy=policy, rcp=expected.levels(target.rcp))
            pairs.append((((was, asked),), (entry,)))
    moved = [pair for pair in pairs if pair[0][0][0] != pair[1][0][0]]
    still = tuple(pair[1][0] for pair in pairs if pair not in moved)
    was_moved = tuple(pair[0][0] for pair in moved)
    is_moved = tuple(pair[1][0] for pair in moved)
    names = actions_of(Family.ROLE)
    for account in accounts_of(new.view, new.snapshot):
        sides = _sides(old, expected, new, account, "sts")
        yield from classes_between(account, sides, names, still, still)
        changed = {now.principal.arn: was for was, now in sides}
        everybody = new.subjects(account, "sts", endpoints=False)
        all_sides = [(changed.get(s.principal.arn, s), s) for s in everybody]
        yield from classes_between(account, all_sides, names, was_moved, is_moved)


def _one_sided(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Principals that one snapshot holds and the other does not."""
    for name, one, other in (("new", after, before), ("gone", before, after)):
        arns = sorted(_principals(one) - _principals(other))
        if arns:
            yield f"{name}: {', '.join(arns)}"


def _principals(snapshot: Snapshot) -> set[str]:
    return {
        entity.arn
        for account in snapshot.accounts.values()
        for entity in (*account.roles.values(), *account.users.values())
    }
