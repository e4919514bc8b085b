"""Where one statement applies: the targets for which it certainly does, and those for which it may.

What a statement asks of the caller alone (its ARN, its tags) is answered once for each caller and
counts by its answer, so that callers with different values and the same answers stay together.
"""

from __future__ import annotations

from bedrock_doctor.evaluate.conditions.block import CompiledCondition
from bedrock_doctor.evaluate.matrix_axes import Reading, Subject, merged, readings
from bedrock_doctor.evaluate.matrix_targets import Group, TargetIndex
from bedrock_doctor.evaluate.patterns import CompiledResources
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.target_set import united
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of
from bedrock_doctor.model.request import Context

Split = tuple[int, int]
"""The targets for which something applies, and those for which it may."""


class Caller:
    """A subject, with what was asked about it before."""

    __slots__ = ("_answers", "_readings", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._answers: dict[int, int] = {}
        self._readings: dict[tuple[str, ...], tuple[Reading, ...]] = {}

    def context_of(self, group: Group) -> Context:
        """What the engine itself reads at a group of targets: who calls."""
        context = self.subject.context
        return merged(context, group.first.context) if group.names_caller else context

    def reads(self, keys: tuple[str, ...]) -> tuple[Reading, ...]:
        """What its context says of some keys."""
        found = self._readings.get(keys)
        if found is None:
            found = self._readings[keys] = readings(self.subject.context, keys)
        return found

    def answer(self, reach: Reach) -> int:
        """Whether the conditions hold that ask of the caller alone."""
        found = self._answers.get(id(reach))
        if found is None:
            context = self.subject.context
            found = all_of([condition.test(context) for condition in reach.own])
            self._answers[id(reach)] = found
        return found


class Reach:
    """One statement over all targets, its Principal element aside.

    Attributes:
        actions: those of the matrix that it covers.
        denies: whether its effect is Deny.
        own: the conditions that ask of the caller alone.
        keys: what else it reads of the caller.
    """

    __slots__ = ("_found", "_index", "_others", "_resources", "actions", "denies", "keys", "own")

    def __init__(
        self, entry: CompiledStatement, actions: frozenset[str], index: TargetIndex
    ) -> None:
        self.actions = actions
        self.denies = entry.denies
        self._resources = entry.resources
        own: list[CompiledCondition] = []
        others: list[CompiledCondition] = []
        for condition in entry.conditions:
            (own if index.silent_on(condition.keys) else others).append(condition)
        self.own, self._others = tuple(own), tuple(others)
        keys = {key for condition in others for key in condition.keys}
        if entry.resources is not None and entry.resources.templates:
            keys.update(entry.resources.keys)
        self.keys = tuple(sorted(keys))
        self._index = index
        self._found: dict[tuple[Reading, ...], Split] = {}

    def split(self, caller: Caller) -> Split:
        """Where it applies for a caller."""
        answer = caller.answer(self) if self.own else YES
        if answer == NO:
            return 0, 0
        said = caller.reads(self.keys) if self.keys else ()
        found = self._found.get(said)
        if found is None:
            found = self._found[said] = self._split(caller.subject.context)
        return (0, found[0] | found[1]) if answer == MAYBE else found

    def _split(self, caller: Context) -> Split:
        yes, maybe = self._index.everything, 0
        if self._resources is not None and not self._resources.everything:
            yes, maybe = self._covered(caller, self._resources)
        for condition in self._others:
            holds, may = self._holds(caller, condition)
            both = yes & holds
            yes, maybe = both, (yes | maybe) & (holds | may) & ~both
        return yes, maybe

    def _covered(self, caller: Context, element: CompiledResources) -> Split:
        index, yes, maybe = self._index, 0, 0
        for pattern in element.matchers:
            yes |= index.matching(pattern.value)
        for pattern in element.doubtful:
            maybe |= index.matching(pattern.value)
        for template, _ in element.templates:
            for context, bits in index.by_context(template.keys):
                agreed, some = bits, 0
                for filled in template.filled(merged(caller, context)):
                    sure = united(map(index.filled, filled.sure))
                    agreed &= sure
                    some |= sure | united(map(index.filled, filled.doubtful))
                yes |= agreed
                maybe |= bits & some
        maybe &= ~yes
        return (
            (index.everything & ~(yes | maybe), maybe) if element.element.negated else (yes, maybe)
        )

    def _holds(self, caller: Context, condition: CompiledCondition) -> Split:
        yes = maybe = 0
        silent = not any(
            key in caller.values or caller.missing_fact(key) is not None for key in condition.keys
        )
        for context, bits in self._index.by_context(condition.keys):
            answer = condition.test(context if silent else merged(caller, context))
            if answer == YES:
                yes |= bits
            elif answer == MAYBE:
                maybe |= bits
        return yes, maybe
