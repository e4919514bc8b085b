"""One row of a matrix: all targets of a subject and an action, divided into classes.

Two targets are in one class when no statement that covers the action tells them apart. One member
of each class is decided by the single engine; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.conditions.block import CompiledCondition
from bedrock_doctor.evaluate.layers.control_policies import signs_service_linked
from bedrock_doctor.evaluate.matrix_axes import (
    Reading,
    Subject,
    merged,
    policies_of,
    readings,
    request_of,
)
from bedrock_doctor.evaluate.matrix_targets import PRINCIPAL_ARN, TargetIndex
from bedrock_doctor.evaluate.patterns import CompiledResources
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.principals import names_only_everyone
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.tristate import MAYBE, YES
from bedrock_doctor.evaluate.variables import Unresolved
from bedrock_doctor.model.principal import Principal
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.trace import Decision

Row = tuple[tuple[Decision, int], ...]
"""Decisions, each with the set of targets that it holds for. The sets are disjoint and complete."""

Split = tuple[int, int]
"""The targets for which something applies, and those for which it may."""

Profile = tuple[Principal | tuple[object, ...], tuple[Reading, ...]]
"""All that a bundle's policies, and the engine itself, read of a subject."""


class Bundle:
    """The policies of one caller's side, compiled with those of every group of targets.

    Attributes:
        compiled: one for each group of targets.
        keys: every condition key that a policy reads.
        named: whether some policy names principals, so that all of the principal counts.
        rows: the rows found before, by action and profile.
    """

    __slots__ = ("compiled", "keys", "named", "rows")

    def __init__(self, policies: Policies, index: TargetIndex) -> None:
        self.compiled = tuple(
            CompiledPolicies(policies_of(policies, target)) for target, _ in index.groups
        )
        keys: set[str] = set()
        self.named = False
        for compiled in self.compiled:
            for entry in _statements(compiled):
                self.named |= not names_only_everyone(entry.statement.principal)
                keys.update(key for condition in entry.conditions for key in condition.keys)
                if entry.resources is not None:
                    keys.update(entry.resources.keys)
        if self.named:
            keys.add(PRINCIPAL_ARN)
        self.keys = tuple(sorted(keys))
        self.rows: dict[tuple[str, Profile], Row] = {}

    def profile(self, subject: Subject, index: TargetIndex) -> Profile:
        """What tells a subject from others with the same policies."""
        principal = subject.principal
        said = readings(subject.context, self.keys)
        linked = signs_service_linked(principal, subject.context)
        if self.named:
            return principal, (*said, linked)
        account = principal.account if principal.account in index.accounts else ""
        return (principal.kind, account, principal.is_service_linked), (*said, linked)


def _united(compiled: CompiledPolicies) -> Iterator[PolicySet]:
    """The sets of which the engine asks only whether any statement allows and any denies."""
    yield compiled.identity
    for one in (compiled.boundary, compiled.session, compiled.endpoint):
        if one is not None:
            yield one
    yield from compiled.scp.sets
    yield from compiled.rcp.sets


def _statements(compiled: CompiledPolicies) -> Iterator[CompiledStatement]:
    for policies in _united(compiled):
        yield from policies.statements
    if compiled.resource is not None:
        yield from compiled.resource.statements


class RowMaker:
    """Finds the rows of any subjects over the same targets, each kind once."""

    def __init__(self, index: TargetIndex) -> None:
        self._index = index
        self._bundles: dict[Policies, Bundle] = {}
        self._conditions: dict[tuple[int, tuple[Reading, ...]], Split] = {}
        self._shared: dict[tuple[tuple[int, int], ...], Row] = {}

    def rows(self, subject: Subject, actions: tuple[str, ...]) -> tuple[Row, ...]:
        """The rows of a subject; subjects that nothing tells apart share them."""
        bundle = self._bundles.get(subject.policies)
        if bundle is None:
            bundle = self._bundles[subject.policies] = Bundle(subject.policies, self._index)
        profile = bundle.profile(subject, self._index)
        found: list[Row] = []
        for action in actions:
            row = bundle.rows.get((action, profile))
            if row is None:
                row = bundle.rows[action, profile] = self._row(bundle, subject, action)
            found.append(row)
        return tuple(found)

    def _row(self, bundle: Bundle, subject: Subject, action: str) -> Row:
        together = self._index.together(subject.principal.account)
        decided: dict[int, tuple[Decision, int]] = {}
        for compiled, (_, group) in zip(bundle.compiled, self._index.groups, strict=True):
            classes = [part for part in (group & together, group & ~together) if part]
            for yes, maybe in self._splits(compiled, subject, action.lower()):
                classes = [
                    part
                    for one in classes
                    for part in (one & yes, one & maybe, one & ~(yes | maybe))
                    if part
                ]
            for one in classes:
                first = self._index.targets[(one & -one).bit_length() - 1]
                decision = decide(compiled, request_of(subject, action, first))
                _, bits = decided.get(id(decision), (decision, 0))
                decided[id(decision)] = decision, bits | one
        key = tuple((number, bits) for number, (_, bits) in decided.items())
        return self._shared.setdefault(key, tuple(decided.values()))

    def _splits(self, compiled: CompiledPolicies, subject: Subject, action: str) -> Iterator[Split]:
        for policies in _united(compiled):
            if isinstance(policies.answer_to(action), int):
                continue
            covering = [entry for entry in policies.statements if entry.actions.test(action)]
            if all(names_only_everyone(entry.statement.principal) for entry in covering):
                yield self._any_of(subject, (entry for entry in covering if entry.denies))
                yield self._any_of(subject, (entry for entry in covering if not entry.denies))
            else:
                yield from (self._applies(subject, entry) for entry in covering)
        if compiled.resource is not None:
            for entry in compiled.resource.statements:
                if entry.actions.test(action):
                    yield self._applies(subject, entry)

    def _any_of(self, subject: Subject, entries: Iterable[CompiledStatement]) -> Split:
        yes = maybe = 0
        for entry in entries:
            applies, may = self._applies(subject, entry)
            yes |= applies
            maybe |= may
        return yes, maybe & ~yes

    def _applies(self, subject: Subject, entry: CompiledStatement) -> Split:
        """Where a statement applies, its Principal element aside: targets do not differ in that."""
        yes, maybe = self._index.everything, 0
        if entry.resources is not None and not entry.resources.everything:
            yes, maybe = self._covered(subject, entry.resources)
        for condition in entry.conditions:
            holds, may = self._holds(subject, condition)
            both = yes & holds
            yes, maybe = both, (yes | maybe) & (holds | may) & ~both
        return yes, maybe

    def _covered(self, subject: Subject, element: CompiledResources) -> Split:
        index, yes, maybe = self._index, 0, 0
        for match, _ in element.matchers:
            yes |= index.matching(match)
        for template, _ in element.templates:
            for context, bits in index.by_context(template.keys):
                tokens = template.resolve(merged(subject.context, context))
                if not isinstance(tokens, Unresolved):
                    yes |= bits & index.filled(tokens)
                elif tokens.fact is not None:
                    maybe |= bits
        maybe &= ~yes
        return (
            (index.everything & ~(yes | maybe), maybe) if element.element.negated else (yes, maybe)
        )

    def _holds(self, subject: Subject, condition: CompiledCondition) -> Split:
        key = id(condition), readings(subject.context, condition.keys)
        found = self._conditions.get(key)
        if found is None:
            found = self._conditions[key] = self._tested(
                condition.keys, lambda context: condition.test(merged(subject.context, context))
            )
        return found

    def _tested(self, keys: tuple[str, ...], test: Callable[..., int]) -> Split:
        yes = maybe = 0
        for context, bits in self._index.by_context(keys):
            answer = test(context)
            if answer == YES:
                yes |= bits
            elif answer == MAYBE:
                maybe |= bits
        return yes, maybe
