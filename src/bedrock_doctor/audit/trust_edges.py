"""Which roles the roles and users of one account can assume."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.audit.doors import ROOT, Door
from bedrock_doctor.audit.malformed import with_accounts
from bedrock_doctor.audit.stand_in import STAND_IN, Documents
from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.evaluate.matrix import Subject, Target
from bedrock_doctor.evaluate.matrix_axes import policies_of, request_of
from bedrock_doctor.evaluate.outcome_set import ALLOWED
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.model.audit import Access, Settle
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.request import Policies, Readable, Request
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.universe.subjects import subjects_of
from bedrock_doctor.universe.viewpoint import Viewpoint

ASSUME = "sts:AssumeRole"
_ASSUME = ASSUME.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """One call of AWS STS that passes or may pass.

    Attributes:
        source: who asks: position among the account's principals, or among the outsiders.
        role: ARN of the role.
        access: ALLOWED or UNKNOWN.
        action: the call.
        settle: as in `TrustEdge`.
    """

    source: int
    role: str
    access: Access
    action: str = ASSUME
    settle: Settle = ()


class Callers:
    """The principals of one account that may assume roles at all.

    Args:
        account: the account.
        snapshot: what holds it and its organization.
        view: from where they call.
        documents: makes equal policies one.
    """

    def __init__(
        self, account: Account, snapshot: Snapshot, view: Viewpoint, documents: Documents
    ) -> None:
        self._account, self._snapshot, self._view = account, snapshot, view
        self._documents = documents
        every = (*account.roles.values(), *account.users.values())
        self._entities = sorted(every, key=lambda entity: entity.arn)
        self._places = {entity.arn: n for n, entity in enumerate(self._entities)}
        self._by_id = {e.unique_id: n for n, e in enumerate(self._entities) if e.unique_id}
        self._able = frozenset(n for n, e in enumerate(self._entities) if self._may_assume(e))
        self._subjects: dict[int, Subject] = {}
        self._own: dict[int, CompiledPolicies] = {}
        self._compiled: dict[tuple[int, int, int], CompiledPolicies] = {}

    def _may_assume(self, entity: IamEntity) -> bool:
        """Whether its identity policies may allow to assume some role: by their actions alone, in
        which no account id stands."""
        found = PolicySet(map(self._shape, entity.policies))
        return found.is_open or bool(found.allows(_ASSUME))

    def _shape(self, document: Readable) -> Readable:
        if not isinstance(document, PolicyDocument):
            return document
        return self._documents.one(document, self._account.id, STAND_IN)

    def _one(self, document: Readable) -> Readable:
        if not isinstance(document, PolicyDocument):
            return document
        return self._documents.one(document, self._account.id, self._account.id)

    def steps(self, doors: Iterable[Door]) -> Iterator[Step]:
        """All steps through some doors."""
        for door in doors:
            for position in sorted(self._candidates(door)):
                if self._entities[position].arn != door.target.resource:
                    yield from self._step(position, door.target)

    def _candidates(self, door: Door) -> frozenset[int]:
        """Who is named and may ask. Within an account being named can be enough (clause D5)."""
        own = door.account == self._account.id
        if door.named.anybody:
            return frozenset(range(len(self._entities))) if own else self._able
        named: set[int] = set()
        whole = False
        for account, value in door.named.principals:
            if account == self._account.id and value == ROOT:
                whole = True
            elif account in ("", self._account.id):
                named.update(self._called(value))
        if whole:
            return self._able | named if own else self._able
        return frozenset(named) if own else self._able & named

    def _called(self, value: str) -> Iterator[int]:
        """The principals that an entry of a trust policy may name."""
        found = self._places.get(value, self._by_id.get(value))
        if found is not None:
            yield found
        elif ":assumed-role/" in value:
            name = value.partition(":assumed-role/")[2].partition("/")[0]
            role = self._account.roles.get(name)
            if role is not None:
                yield self._places[role.arn]

    def _subject(self, position: int) -> Subject:
        found = self._subjects.get(position)
        if found is None:
            entity = self._entities[position]
            kept = replace(
                entity,
                policies=tuple(map(self._one, entity.policies)),
                boundary=None if entity.boundary is None else self._one(entity.boundary),
            )
            is_user = entity.trust is None and ":user/" in entity.arn
            alone = replace(
                self._account,
                roles={} if is_user else {kept.name: kept},
                users={kept.name: kept} if is_user else {},
            )
            seen = replace(self._snapshot, accounts={alone.id: alone})
            (found,) = subjects_of(alone.id, self._view, seen, service="sts", endpoints=False)
            self._subjects[position] = found
        return found

    def _step(self, position: int, target: Target) -> Iterator[Step]:
        subject = self._subject(position)
        request = request_of(subject, ASSUME, target)
        if target.account != self._account.id and not self._may_ask(position, request):
            return
        access, settle = decided(subject, request, target, self._policies(position, target))
        if access is not Access.BLOCKED:
            yield Step(position, target.resource, access, settle=settle)

    def _may_ask(self, position: int, request: Request) -> bool:
        """Whether the caller's own policies may allow, without which other accounts cannot."""
        answer = self._mine(position).plan(ASSUME).identity
        return bool((answer if isinstance(answer, int) else answer(request)) & ALLOWED)

    def _mine(self, position: int) -> CompiledPolicies:
        found = self._own.get(position)
        if found is None:
            found = self._own[position] = CompiledPolicies(self._subject(position).policies)
        return found

    def _policies(self, position: int, target: Target) -> CompiledPolicies:
        key = position, id(target.policy), id(target.rcp)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._mine(position).at(target.policy, target.rcp)
        return found


def decided(
    subject: Subject, request: Request, target: Target, compiled: CompiledPolicies | None = None
) -> tuple[Access, Settle]:
    """The engine's answer to one step."""
    policies: Policies = policies_of(subject.policies, target)
    outcome = decide(compiled or CompiledPolicies(policies), request).outcome
    if outcome is Outcome.ALLOWED:
        return Access.ALLOWED, ()
    if outcome is Outcome.UNKNOWN:
        facts = explain(request, policies).deciding_missing
        return Access.UNKNOWN, with_accounts(facts, subject.principal.account)
    return Access.BLOCKED, ()
