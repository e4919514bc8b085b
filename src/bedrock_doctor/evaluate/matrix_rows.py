"""One row of a matrix: all targets of a subject and an action, with their decisions.

The layers of a row divide the targets by what each of them answers. For every combination of
answers the single engine decides one member; nothing here decides. Where a resource-based policy
takes part, or an endpoint policy names principals, the answers of the layers do not tell enough:
there the targets are divided further, by every statement of that policy, and one member of each
class is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from bedrock_doctor.evaluate.layers.control_policies import signs_service_linked
from bedrock_doctor.evaluate.matrix_axes import Subject
from bedrock_doctor.evaluate.matrix_layers import Layer, LayerMaker
from bedrock_doctor.evaluate.matrix_sides import Bundle, Row, Side
from bedrock_doctor.evaluate.matrix_statements import Caller
from bedrock_doctor.evaluate.matrix_targets import TargetIndex
from bedrock_doctor.evaluate.target_set import first
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.trace import Decision

Combined = tuple[tuple[tuple[int, ...], int], ...]
"""Whether the targets are the caller's own, and the answers of several layers, each with the set of
targets that they hold for."""

Answers = tuple[int, tuple[int, ...]]
"""The answer of the identity policies, and those of the other layers."""


class RowMaker:
    """Finds the rows of any subjects over the same targets, each kind once."""

    def __init__(self, index: TargetIndex, actions: tuple[str, ...]) -> None:
        self._index = index
        self._actions = actions
        self._layers = LayerMaker(index, actions)
        self._near: dict[int, tuple[Policies, Side]] = {}
        self._sides: dict[tuple[Layer, ...], Side] = {}
        self._combined: dict[Hashable, Combined] = {}
        self._decisions: dict[Hashable, dict[Answers, Decision]] = defaultdict(dict)
        self._sections: dict[Hashable, Row] = {}
        self._shared: dict[Hashable, Row] = {}

    def rows(self, subject: Subject) -> tuple[Row, ...]:
        """The rows of a subject; equal rows are one object."""
        caller, side = Caller(subject), self._side(subject.policies)
        profile = side.profile(caller)
        found = side.rows.get(profile)
        if found is None:
            found = tuple(self._row(caller, side.bundles, action) for action in self._actions)
            side.rows[profile] = found
        return found

    def _side(self, policies: Policies) -> Side:
        near = self._near.get(id(policies))
        if near is not None:
            return near[1]
        layers = self._layers.caller_side(policies)
        found = self._sides.get(layers)
        if found is None:
            found = self._sides[layers] = Side(policies, layers, self._layers)
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
        kind = self._layers.kinds[action]
        flags = (kind, principal.kind, linked, group.is_role, group.is_key)
        mark = (action, self._mark(caller, bundle, action)) if bundle.witnesses else None
        key = (group.number, flags, id(own), id(rest), mark)
        found = self._sections.get(key)
        if found is None:
            classes = [
                ((mine, theirs), part)
                for mine, one in own
                for theirs, other in rest
                if (part := one & other)
            ]
            if bundle.witnesses:
                parts = (bits for _, bits in classes)
                cells = self._by_statement(caller, bundle, action, parts)
            else:
                known = self._decisions[flags]
                cells = self._by_answers(caller, bundle, action, classes, known)
            found = self._sections[key] = self._one_row(cells)
        return found

    def _limits(self, caller: Caller, bundle: Bundle, action: str) -> Combined:
        account = caller.subject.principal.account
        known = account if account in self._index.accounts else None
        varying = [id(layer.parts(caller, action)) for layer in bundle.varying]
        key = (bundle.group.number, bundle.fixed, self._layers.kinds[action], known, *varying)
        found = self._combined.get(key)
        if found is None:
            together = self._index.together(account)
            members = bundle.group.members
            classes: list[tuple[tuple[int, ...], int]]
            classes = [((1,), members & together), ((0,), members & ~together)]
            for layer in bundle.limits:
                parts = layer.parts(caller, action)
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
        if any(layer.named for layer in bundle.witnesses):
            return id(caller.subject)
        account = caller.subject.principal.account
        known = account if account in self._index.accounts else None
        return known, *(layer.cover(action).key(caller) for layer in bundle.witnesses)

    def _by_answers(
        self,
        caller: Caller,
        bundle: Bundle,
        action: str,
        classes: list[tuple[Answers, int]],
        known: dict[Answers, Decision],
    ) -> Iterator[tuple[Decision, int]]:
        """One decision for each combination of answers, whosever they are."""
        for answers, bits in classes:
            found = known.get(answers)
            if found is None:
                found = bundle.decide(caller.subject, action, first(bits), self._index)
                known[answers] = found
            yield found, bits

    def _by_statement(
        self, caller: Caller, bundle: Bundle, action: str, parts: Iterable[int]
    ) -> Iterator[tuple[Decision, int]]:
        """Classes that no statement of the witnesses divides, each decided."""
        for layer in bundle.witnesses:
            for reach in layer.cover(action).every:
                yes, maybe = reach.split(caller)
                sides = (yes, maybe, self._index.everything & ~(yes | maybe))
                parts = [part for one in parts for side in sides if (part := one & side)]
        for part in parts:
            yield bundle.decide(caller.subject, action, first(part), self._index), part

    def _one_row(self, cells: Iterable[tuple[Decision, int]]) -> Row:
        """The cells by decision; a row that was found before, where it is equal."""
        by_decision: dict[int, tuple[Decision, int]] = {}
        for decision, bits in cells:
            _, before = by_decision.get(id(decision), (decision, 0))
            by_decision[id(decision)] = decision, before | bits
        key = tuple((number, bits) for number, (_, bits) in by_decision.items())
        return self._shared.setdefault(key, tuple(by_decision.values()))
