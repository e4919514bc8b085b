"""Where two versions of a policy differ: only what such a statement reaches can be decided anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bedrock_doctor.evaluate.conditions.block import CompiledCondition
from bedrock_doctor.evaluate.matrix import Subject
from bedrock_doctor.evaluate.patterns import CompiledResources
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.target_set import united
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of
from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.source import Source

PRINCIPAL_ARN = "aws:principalarn"
_OF_CALLER = (PRINCIPAL_ARN,)
Conditions = tuple[CompiledCondition, ...]
Split = Callable[[CompiledCondition], tuple[int, int]]
"""The targets for which a condition holds, and those for which it does not; of the rest it is not
known."""
ConditionText = tuple[str, str, frozenset[str]]
"""Operator, key and values of a condition."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A statement of one version that the other has not, or has with other conditions.

    Attributes:
        statement: the statement.
        common: conditions of both versions; all of them where the other has no such statement.
        apart: the further conditions of either version; None where there is one version only.
        outside: resources for which both versions say the same; None: none are known.
    """

    statement: CompiledStatement
    common: Conditions
    apart: tuple[Conditions, Conditions] | None
    outside: CompiledResources | None = None

    def covers(self, action: str) -> bool:
        """Whether the statement is about an action."""
        return self.statement.actions.test(action.lower())

    @property
    def named(self) -> tuple[str, ...] | None:
        """The resources of the statement, where it names each; None where patterns do."""
        resource = self.statement.statement.resource
        values = [text.value for text in resource.values] if resource else ["*"]
        patterns = any(sign in value for value in values for sign in "*?$")
        return None if patterns or (resource and resource.negated) else tuple(values)

    def where(self, split: Split, everything: int) -> int:
        """The set of targets in whose contexts the difference can matter, whoever asks.

        Args:
            split: what a condition says of all targets.
            everything: the set of all targets.
        """
        refused = united(split(entry)[1] for entry in self.common)
        if self.apart is None:
            return everything & ~refused
        (old_yes, old_no), (new_yes, new_no) = (
            _together(map(split, side), everything) for side in self.apart
        )
        return everything & ~refused & ~(old_yes & new_yes) & ~(old_no & new_no)

    @property
    def reads_context(self) -> bool:
        """Whether `names` depends on more than the resource."""
        return bool(self.outside and self.outside.templates)

    def names(self, resource: str, context: Context) -> bool:
        """Whether the difference is about a resource."""
        named = self.statement.resources
        if named and not named.templates and named.test(resource, context) == NO:
            return False
        spared = self.outside
        return spared is None or spared.test(resource, context) != YES

    def concerns(self, subject: Subject) -> bool:
        """Whether the difference can matter for a subject, whatever it asks for."""
        context = subject.context
        if any(_of_caller(entry, context) == NO for entry in self.common):
            return False
        if self.apart is None:
            return True
        old, new = (all_of(_of_caller(entry, context) for entry in side) for side in self.apart)
        return old == MAYBE or new == MAYBE or old != new


def _together(sides: Iterable[tuple[int, int]], everything: int) -> tuple[int, int]:
    """The targets for which conditions hold together, and those for which they do not."""
    holds, fails = everything, 0
    for yes, no in sides:
        holds &= yes
        fails |= no
    return holds, fails


def _of_caller(entry: CompiledCondition, context: Context) -> int:
    """Whether a condition on the caller's ARN holds; MAYBE where it reads another key."""
    readable = not entry.templates and entry.key in _OF_CALLER
    return entry.test(context) if readable else MAYBE


def differing(documents: Iterable[ChangedDocument]) -> Iterator[Differing]:
    """All places at which changed documents differ from what they were."""
    for document in documents:
        old, new = (_statements(document, text) for text in (document.before, document.after))
        pairs: list[tuple[CompiledStatement, CompiledStatement]] = []
        for statement in old:
            other = next((entry for entry in new if _alike(entry, statement)), None)
            if other is None:
                yield Differing(statement, statement.conditions, None)
                continue
            new.remove(other)
            if _texts(statement) != _texts(other):
                pairs.append((statement, other))
        for before, after in pairs:
            rest = next((entry for entry in new if _binds_the_rest(before, after, entry)), None)
            if rest is None:
                yield _with_other_conditions(before, after)
            else:
                new.remove(rest)
                yield _spared(before, rest)
        yield from (Differing(statement, statement.conditions, None) for statement in new)


def _binds_the_rest(
    before: CompiledStatement, after: CompiledStatement, rest: CompiledStatement
) -> bool:
    """Whether a new Deny binds whom the changed Deny spares, wherever it spares less."""
    spared = [entry for entry in after.conditions if condition_text(entry) not in _texts(before)]
    bound = [entry for entry in rest.conditions if condition_text(entry) not in _texts(before)]
    named = [entry for entry in bound if entry.key in _OF_CALLER]
    return (
        len(spared) == len(named) == 1
        and condition_text(spared[0])[:2] == ("arnnotequals", PRINCIPAL_ARN)
        and condition_text(named[0])[:2] == ("arnequals", PRINCIPAL_ARN)
        and condition_text(spared[0])[2] == condition_text(named[0])[2]
        and _texts(before) <= _texts(rest)
        and rest.denies
        and before.denies
        and _elements(before)[0] == _elements(rest)[0]
        and before.statement.principal is None
    )


def _spared(before: CompiledStatement, rest: CompiledStatement) -> Differing:
    """What one principal gains: where the Deny applied and its copy for the principal does not."""
    kept = _texts(before)
    named = tuple(
        e for e in rest.conditions if condition_text(e) not in kept and e.key in _OF_CALLER
    )
    further = tuple(
        e for e in rest.conditions if condition_text(e) not in kept and e.key not in _OF_CALLER
    )
    if _elements(before)[1] == _elements(rest)[1]:
        return Differing(before, (*before.conditions, *named), ((), further))
    outside = None if further or rest.resources is None else rest.resources
    apart = None if outside is not None else ((), further)
    return Differing(before, (*before.conditions, *named), apart, outside)


def _statements(document: ChangedDocument, text: str) -> list[CompiledStatement]:
    if not text:
        return []
    return list(PolicySet((PolicyDocument(document.policy, Source(text)),)).statements)


def _alike(one: CompiledStatement, other: CompiledStatement) -> bool:
    """Whether two statements differ by their conditions at most."""
    return _head(one) == _head(other)


def _elements(entry: CompiledStatement) -> list[object]:
    statement = entry.statement
    return [
        (part.negated, frozenset(text.value for text in part.values)) if part else None
        for part in (statement.action, statement.resource)
    ]


def _head(entry: CompiledStatement) -> tuple[object, ...]:
    statement = entry.statement
    principal = statement.principal
    named = principal and (
        principal.negated,
        frozenset((value.type, value.text.value) for value in principal.values),
    )
    return statement.pointer, statement.effect, *_elements(entry), named


def _texts(entry: CompiledStatement) -> frozenset[ConditionText]:
    return frozenset(map(condition_text, entry.conditions))


def condition_text(entry: CompiledCondition) -> ConditionText:
    """What tells a condition from others."""
    condition = entry.condition
    values = frozenset(text.value for text in condition.values)
    return condition.operator.value.lower(), entry.key, values


def _with_other_conditions(old: CompiledStatement, new: CompiledStatement) -> Differing:
    before, after = _texts(old), _texts(new)
    return Differing(
        old,
        tuple(entry for entry in old.conditions if condition_text(entry) in after),
        (
            tuple(entry for entry in old.conditions if condition_text(entry) not in after),
            tuple(entry for entry in new.conditions if condition_text(entry) not in before),
        ),
    )
