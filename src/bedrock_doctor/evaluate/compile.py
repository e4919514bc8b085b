"""All policies of a request, compiled once for any number of requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bedrock_doctor.evaluate.combine import BOUNDARY, ENDPOINT, IDENTITY, RCP, SCP, SESSION
from bedrock_doctor.evaluate.layers import control_policies, hierarchy
from bedrock_doctor.evaluate.layers.resource import NOWHERE, Reach, owned_by_its_policy, reach
from bedrock_doctor.evaluate.outcome_set import ABSENT
from bedrock_doctor.evaluate.policy_set import (
    LONGEST_ACTION,
    MOST_ACTIONS,
    Answer,
    PolicySet,
)
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.policy_parser import weight_of
from bedrock_doctor.model.remembered import Remembered
from bedrock_doctor.model.request import Level, Policies, Readable, Request


@dataclass(frozen=True, slots=True)
class CompiledLevels:
    """A hierarchy of control policies; `whole` is set when it is missing or does not apply."""

    levels: tuple[Level, ...]
    sets: tuple[PolicySet, ...]
    whole: NotApplicable | Missing | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an action before any request: constants, and functions for the rest."""

    identity: Answer
    boundary: Answer
    session: Answer
    resource: Answer | None
    scp: Answer
    rcp: Answer
    endpoint: Answer
    constant: int
    """The answers that no request changes, packed."""
    functions: tuple[tuple[int, Callable[[Request], int]], ...]
    """The other ones, each with its place in the packed combination."""
    reach: Reach | Callable[[Request], Reach]
    """How the resource-based policy names the caller."""
    owned: Callable[[str], bool] | None
    """Which resources are reached only if their own policy allows; None where none is."""
    is_plain: bool
    """Whether no resource-based policy takes part in a call within one account."""
    is_controlled: bool
    """Whether control policies apply, from which service-linked roles are exempt."""


class CompiledPolicies:
    """Policies ready for evaluation; each field as in `Policies`, and the `plans` made so far."""

    __slots__ = (
        "boundary",
        "endpoint",
        "identity",
        "plans",
        "rcp",
        "resource",
        "scp",
        "session",
        "source",
    )

    def __init__(self, source: Policies) -> None:
        self.source = source
        self.identity = PolicySet(source.identity)
        bounded = _bounded(source.boundary)
        self.resource = _one(source.resource, bounded)
        self.boundary = _one(source.boundary)
        self.session = PolicySet(source.session) if source.session else None
        self.scp = compile_levels(source.scp)
        self.rcp = compile_levels(source.rcp)
        self.endpoint = _one(source.endpoint, bounded)
        self.plans: dict[str, Plan] = {}

    def at(
        self, resource: Readable | None, rcp: tuple[Level, ...] | NotApplicable | Missing
    ) -> CompiledPolicies:
        """The same caller's side with the policies of another resource."""
        found = object.__new__(CompiledPolicies)
        for name in ("identity", "boundary", "session", "scp", "endpoint"):
            setattr(found, name, getattr(self, name))
        found.source = replace(self.source, resource=resource, rcp=rcp)
        found.resource = _one(resource, _bounded(self.source.boundary))
        found.rcp = compile_levels(rcp)
        found.plans = {}
        return found

    def plan(self, action: str) -> Plan:
        """The plan of an action, in any spelling."""
        found = self.plans.get(action)
        if found is None:
            found = self._plan(action.lower())
            if len(self.plans) < MOST_ACTIONS and len(action) <= LONGEST_ACTION:
                self.plans[action] = found
        return found

    def _plan(self, action: str) -> Plan:
        def answer(policies: PolicySet | None) -> Answer:
            return ABSENT if policies is None else policies.answer_to(action)

        covered = control_policies.rcps_cover(action)
        answers = {
            IDENTITY: self.identity.answer_to(action),
            BOUNDARY: answer(self.boundary),
            SESSION: answer(self.session),
            SCP: hierarchy.every_level_allows(self.scp.sets, self.scp.whole, action),
            RCP: ABSENT
            if not covered
            else hierarchy.no_level_denies(self.rcp.sets, self.rcp.whole, action),
            ENDPOINT: answer(self.endpoint),
        }
        owned = owned_by_its_policy(action)
        fixed = {at: known for at, known in answers.items() if isinstance(known, int)}
        return Plan(
            identity=answers[IDENTITY],
            boundary=answers[BOUNDARY],
            session=answers[SESSION],
            resource=None if self.resource is None else self.resource.answer_to(action),
            scp=answers[SCP],
            rcp=answers[RCP],
            endpoint=answers[ENDPOINT],
            constant=sum(known << at for at, known in fixed.items()),
            functions=tuple((at, f) for at, f in answers.items() if not isinstance(f, int)),
            reach=NOWHERE if self.resource is None else reach(self.resource, action),
            owned=owned,
            is_plain=self.resource is None and owned is None,
            is_controlled=answers[SCP] != ABSENT or answers[RCP] != ABSENT,
        )


def _one(document: Readable | None, bounded: int = NO) -> PolicySet | None:
    return None if document is None else PolicySet((document,), bounded)


def _bounded(boundary: Readable | None) -> int:
    """Whether there is a permissions boundary; of one that was not collected nobody knows."""
    if boundary is None:
        return NO
    return MAYBE if isinstance(boundary, Missing) else YES


def compile_levels(levels: tuple[Level, ...] | NotApplicable | Missing) -> CompiledLevels:
    """Compiles a hierarchy. No levels at all: the layer does not apply."""
    if isinstance(levels, NotApplicable | Missing):
        return CompiledLevels((), (), levels)
    if not levels:
        return CompiledLevels((), (), NotApplicable("no control policies apply"))
    return CompiledLevels(levels, tuple(PolicySet(level.documents) for level in levels))


_PLACE = 64
"""What a level, or the place of a document, weighs by itself."""


def _weight(policies: Policies) -> int:
    """The characters of all their documents, and of the places where none is."""
    levels = [
        level
        for whole in (policies.scp, policies.rcp)
        if isinstance(whole, tuple)
        for level in whole
    ]
    documents: list[Readable | None] = [
        *policies.identity,
        policies.resource,
        policies.boundary,
        *(policies.session or ()),
        policies.endpoint,
        *(document for level in levels for document in level.documents),
    ]
    texts = sum(weight_of(each) for each in documents if isinstance(each, PolicyDocument))
    return texts + _PLACE * (len(documents) + len(levels))


compile_policies = Remembered(CompiledPolicies, _weight, most=1 << 21)
"""Compiles all policies of a request."""
