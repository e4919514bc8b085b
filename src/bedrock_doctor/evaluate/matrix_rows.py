"""One row of a matrix: all targets of a subject and an action, with their decisions.

The layers of a row divide the targets by what each of them answers. For every combination of
answers the single engine decides one member; nothing here decides. Where a resource-based policy
takes part, or an endpoint policy names principals, the answers of the layers do not tell enough:
there the targets are divided further, by every statement of that policy, and one member of each
class is decided.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.layers.control_policies import signs_service_linked
from bedrock_doctor.evaluate.matrix_axes import Subject, policies_of, request_of
from bedrock_doctor.evaluate.matrix_layers import LayerMaker
from bedrock_doctor.evaluate.matrix_statements import Caller
from bedrock_doctor.evaluate.matrix_targets import Group, TargetIndex
from bedrock_doctor.evaluate.target_set import first
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.trace import Decision

Row = tuple[tuple[Decision, int], ...]
"""Decisions, each with the set of targets that it holds for. The sets are disjoint and complete."""

Combined = tuple[tuple[tuple[int, ...], int], ...]
"""Whether the targets are the caller's own, and the answers of several layers, each with the set of
targets that they hold for."""

Class = tuple[tuple[str, Hashable, int, tuple[int, ...]], int]
"""Action, what the engine reads of the caller, and all answers, with a set of targets."""


class Bundle:
    """The policies of a caller's side with those of one group of targets.

    Attributes:
        identity: the identity policies.
        limits: all other layers that answer by any Deny and any Allow.
        witnesses: the layers of which every statement counts.
        named: whether one of those names principals.
    """

    __slots__ = ("_compiled", "_policies", "group", "identity", "limits", "named", "witnesses")

    def __init__(self, policies: Policies, group: Group, maker: LayerMaker) -> None:
        self._policies = policies
        self._compiled: CompiledPolicies | None = None
        self.group = group
        self.identity, *others = (*maker.caller_side(policies), maker.rcp(group.first))
        self.limits = tuple(layer for layer in others if not layer.named)
        own = () if group.first.policy is None else (maker.resource(group.first),)
        self.witnesses = (*own, *(layer for layer in others if layer.named))
        self.named = any(layer.named for layer in self.witnesses)

    def decide(self, subject: Subject, action: str, target: int, index: TargetIndex) -> Decision:
        """The single engine's decision of one cell."""
        if self._compiled is None:
            self._compiled = CompiledPolicies(policies_of(self._policies, self.group.first))
        return decide(self._compiled, request_of(subject, action, index.targets[target]))


class RowMaker:
    """Finds the rows of any subjects over the same targets, each kind once."""

    def __init__(self, index: TargetIndex) -> None:
        self._index = index
        self._layers = LayerMaker(index)
        self._near: dict[int, tuple[Policies, tuple[Bundle, ...]]] = {}
        self._bundles: dict[Policies, tuple[Bundle, ...]] = {}
        self._combined: dict[Hashable, Combined] = {}
        self._decisions: dict[Hashable, Decision] = {}
        self._sections: dict[Hashable, Row] = {}
        self._shared: dict[Hashable, Row] = {}

    def rows(self, subject: Subject, actions: tuple[str, ...]) -> tuple[Row, ...]:
        """The rows of a subject; equal rows are one object."""
        caller = Caller(subject)
        bundles = self._of(subject.policies)
        return tuple(self._row(caller, bundles, action) for action in actions)

    def _of(self, policies: Policies) -> tuple[Bundle, ...]:
        near = self._near.get(id(policies))
        if near is not None:
            return near[1]
        found = self._bundles.get(policies)
        if found is None:
            groups = self._index.groups
            found = tuple(Bundle(policies, group, self._layers) for group in groups)
            self._bundles[policies] = found
        self._near[id(policies)] = policies, found
        return found

    def _row(self, caller: Caller, bundles: tuple[Bundle, ...], action: str) -> Row:
        sections = [self._section(caller, bundle, action) for bundle in bundles]
        if len(sections) == 1:
            return sections[0]
        key = tuple(map(id, sections))
        found = self._sections.get(key)
        if found is None:
            found = self._sections[key] = self._one_row(cell for row in sections for cell in row)
        return found

    def _section(self, caller: Caller, bundle: Bundle, action: str) -> Row:
        """The part of a row that lies in one group of targets."""
        principal, group = caller.subject.principal, bundle.group
        own = bundle.identity.parts(caller, action)
        rest = self._limits(caller, bundle, action)
        linked = signs_service_linked(principal, caller.context_of(group))
        flags = (principal.kind, linked, group.is_role, group.is_key)
        mark = self._mark(caller, bundle, action) if bundle.witnesses else None
        key = (group.number, action, flags, id(own), id(rest), mark)
        found = self._sections.get(key)
        if found is None:
            classes: list[Class] = [
                ((action, flags, mine, theirs), part)
                for mine, one in own
                for theirs, other in rest
                if (part := one & other)
            ]
            decided = self._by_statement if bundle.witnesses else self._by_answers
            found = self._sections[key] = self._one_row(decided(caller, bundle, classes))
        return found

    def _limits(self, caller: Caller, bundle: Bundle, action: str) -> Combined:
        account = caller.subject.principal.account
        known = account if account in self._index.accounts else None
        every = [layer.parts(caller, action) for layer in bundle.limits]
        key = (bundle.group.number, known, *map(id, every))
        found = self._combined.get(key)
        if found is None:
            together = self._index.together(account)
            members = bundle.group.members
            classes: list[tuple[tuple[int, ...], int]]
            classes = [((1,), members & together), ((0,), members & ~together)]
            for parts in every:
                classes = [
                    ((*answers, mask), part)
                    for answers, before in classes
                    for mask, bits in parts
                    if (part := before & bits)
                ]
            found = self._combined[key] = tuple(classes)
        return found

    def _mark(self, caller: Caller, bundle: Bundle, action: str) -> Hashable:
        """What else tells one caller from another where single statements count."""
        if bundle.named:
            return id(caller.subject)
        account = caller.subject.principal.account
        known = account if account in self._index.accounts else None
        return known, *(layer.cover(action).key(caller) for layer in bundle.witnesses)

    def _by_answers(
        self, caller: Caller, bundle: Bundle, classes: list[Class]
    ) -> Iterator[tuple[Decision, int]]:
        """One decision for each combination of answers, whosever they are."""
        for answers, bits in classes:
            found = self._decisions.get(answers)
            if found is None:
                found = bundle.decide(caller.subject, answers[0], first(bits), self._index)
                self._decisions[answers] = found
            yield found, bits

    def _by_statement(
        self, caller: Caller, bundle: Bundle, classes: list[Class]
    ) -> Iterator[tuple[Decision, int]]:
        """Classes that no statement of the witnesses divides, each decided."""
        for answers, bits in classes:
            parts = [bits]
            for layer in bundle.witnesses:
                for reach in layer.cover(answers[0]).every:
                    yes, maybe = reach.split(caller)
                    no = self._index.everything & ~(yes | maybe)
                    parts = [
                        part for one in parts for side in (yes, maybe, no) if (part := one & side)
                    ]
            for part in parts:
                yield bundle.decide(caller.subject, answers[0], first(part), self._index), part

    def _one_row(self, cells: Iterable[tuple[Decision, int]]) -> Row:
        """The cells by decision; a row that was found before, where it is equal."""
        by_decision: dict[int, tuple[Decision, int]] = {}
        for decision, bits in cells:
            _, before = by_decision.get(id(decision), (decision, 0))
            by_decision[id(decision)] = decision, before | bits
        key = tuple((number, bits) for number, (_, bits) in by_decision.items())
        return self._shared.setdefault(key, tuple(by_decision.values()))
