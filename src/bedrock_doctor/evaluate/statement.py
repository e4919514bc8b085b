"""One statement, compiled: does it apply to the request, and if not, why not?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_doctor.evaluate import near_miss
from bedrock_doctor.evaluate.conditions.block import CompiledCondition, compile_condition
from bedrock_doctor.evaluate.patterns import (
    CompiledActions,
    CompiledResources,
    compile_actions,
    compile_resources,
)
from bedrock_doctor.evaluate.principals import CompiledPrincipals, compile_principals
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of
from bedrock_doctor.model.policy import Effect, Policy, Statement, Text
from bedrock_doctor.model.request import Request
from bedrock_doctor.model.trace import Match, Reason, ReasonKind, StatementTrace

_MATCHES = {YES: Match.YES, NO: Match.NO, MAYBE: Match.UNKNOWN}
Apply = Callable[[Request], int]


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement ready to be tested.

    Attributes:
        policy: the policy that holds it.
        statement: as written.
        actions: its Action or NotAction element.
        principals: its Principal or NotPrincipal element; None where it has none.
        resources: its Resource or NotResource element; None where it has none.
        conditions: its conditions.
        denies: whether its effect is Deny.
        applies: answers for a request whose action the statement covers.
        unconditional: whether it applies to every request whose action it covers.
    """

    policy: Policy
    statement: Statement
    actions: CompiledActions
    principals: CompiledPrincipals | None
    resources: CompiledResources | None
    conditions: tuple[CompiledCondition, ...]
    denies: bool
    applies: Apply
    unconditional: bool

    @property
    def tests_principal_arn(self) -> bool:
        """Whether a positive condition on aws:PrincipalArn narrows it (clause D16)."""
        return any(
            entry.key == "aws:principalarn"
            and entry.operator.base != "Null"
            and not entry.operator.negated
            for entry in self.conditions
        )

    def circumstances(self, request: Request) -> int:
        """Whether it applies to a request whose action it covers, whoever asks."""
        answers = [condition.test(request.context) for condition in self.conditions]
        if self.resources is not None:
            answers.append(self.resources.test(request.resource, request.context))
        return all_of(answers)

    def trace(self, request: Request) -> StatementTrace:
        """The same answer with every reason."""
        reasons = [
            *self._principal_reasons(request),
            *self._action_reasons(request),
            *self._resource_reasons(request),
            *(reason for c in self.conditions for reason in _condition_reasons(c, request)),
        ]
        covers = self.actions.test(request.action.lower())
        answer = self.applies(request) if covers else NO
        return StatementTrace(
            self.policy,
            self.statement,
            _MATCHES[answer],
            () if answer == YES else tuple(reasons),
            self._matched(request) if answer == YES else (),
        )

    def _matched(self, request: Request) -> tuple[Text, ...]:
        actions = self.actions.listed(request.action.lower())
        shown = [self.actions.element.key] if self.actions.element.negated else list(actions)
        if self.resources is not None:
            listed = self.resources.listed(request.resource, request.context)
            negated = self.resources.element.negated
            shown += [self.resources.element.key] if negated else listed
        for condition in self.conditions:
            shown += condition.condition.values or (condition.condition.key,)
        return tuple(shown)

    def _principal_reasons(self, request: Request) -> list[Reason]:
        element = self.principals
        answer = YES if element is None else element.test(request)
        if element is None or answer == YES:
            return []
        key = element.element.key
        if answer == NO:
            near = near_miss.principal(element.element, request)
            return [Reason(ReasonKind.PRINCIPAL, key, near=near)]
        fact = element.fact(request)
        kind = ReasonKind.LEFT_OPEN if fact is None else ReasonKind.KEY_UNKNOWN
        return [Reason(kind, key, fact=fact)]

    def _action_reasons(self, request: Request) -> list[Reason]:
        action = request.action.lower()
        if self.actions.test(action):
            return []
        element = self.actions.element
        listed = self.actions.listed(action)
        near = () if element.negated else near_miss.action(element, request.action)
        return [Reason(ReasonKind.ACTION, listed[0] if listed else element.key, near=near)]

    def _resource_reasons(self, request: Request) -> list[Reason]:
        if self.resources is None:
            return []
        answer = self.resources.test(request.resource, request.context)
        if answer == YES:
            return []
        element = self.resources.element
        pending = self.resources.unresolved(request.context)
        fact = None if pending is None else pending[0].fact
        if answer == MAYBE and (pending is None or fact is None):
            at = self.resources.left_open(request.resource, request.context)
            return [Reason(ReasonKind.LEFT_OPEN, at)]
        if pending is not None and (answer == MAYBE or len(element.values) == 1):
            kind = ReasonKind.VARIABLE_UNRESOLVED if fact is None else ReasonKind.KEY_UNKNOWN
            return [Reason(kind, pending[1], fact=fact)]
        listed = self.resources.listed(request.resource, request.context)
        near = () if element.negated else near_miss.resource(element, request.resource)
        at = listed[0] if listed and element.negated else element.key
        return [Reason(ReasonKind.RESOURCE, at, near=near)]


def _condition_reasons(compiled: CompiledCondition, request: Request) -> list[Reason]:
    context = request.context
    answer = compiled.test(context)
    if answer == YES:
        return []
    condition = compiled.condition
    actual = context.values.get(compiled.key)
    unresolved = compiled.unresolved(context)
    fact = context.missing_fact(compiled.key) or (unresolved.fact if unresolved else None)
    if answer == MAYBE and fact is not None:
        return [Reason(ReasonKind.KEY_UNKNOWN, condition.key, condition, fact=fact)]
    if answer == MAYBE:
        return [Reason(ReasonKind.LEFT_OPEN, condition.key, condition)]
    if not actual and compiled.operator.base != "Null":
        return [Reason(ReasonKind.KEY_ABSENT, condition.key, condition)]
    if unresolved is not None and not compiled.tests:
        return [Reason(ReasonKind.VARIABLE_UNRESOLVED, condition.values[0], condition)]
    resolved = compiled.resolved_values(context)
    at = condition.values[0] if condition.values else condition.key
    near = near_miss.value(condition, resolved, actual or ())
    return [Reason(ReasonKind.VALUE_MISMATCH, at, condition, resolved, actual, near)]


def compile_statement(policy: Policy, statement: Statement, bounded: int) -> CompiledStatement:
    """Compiles one statement of a sound policy.

    Args:
        policy: the policy that holds it.
        statement: as parsed.
        bounded: whether the caller has a permissions boundary (see `CompiledPrincipals`).
    """
    kind = policy.document.ref.kind
    resources = (
        compile_resources(statement.resource, policy.version, kind) if statement.resource else None
    )
    source = policy.document.source
    displayed = source.path is not None and source.declared is None
    named = (
        compile_principals(statement.principal, bounded, is_displayed=displayed)
        if statement.principal
        else None
    )
    conditions = tuple(compile_condition(c, policy.version) for c in statement.conditions)
    everything = resources is None or resources.everything
    return CompiledStatement(
        policy,
        statement,
        compile_actions(statement.action),
        named,
        resources,
        conditions,
        statement.effect is Effect.DENY,
        _applies(named, resources, conditions),
        everything and not conditions and (named is None or named.is_everyone),
    )


def _applies(
    named: CompiledPrincipals | None,
    resources: CompiledResources | None,
    conditions: tuple[CompiledCondition, ...],
) -> Apply:
    """The test behind the action, without the parts that cannot fail."""
    element = None if named is None or named.is_everyone else named
    checked = None if resources is None or resources.everything else resources.tester()
    tests = tuple(condition.tester() for condition in conditions)

    if element is None and not tests:
        if checked is None:
            return lambda request: YES
        return checked
    if element is None and checked is None and len(tests) == 1:
        return tests[0]

    def apply(request: Request) -> int:
        answer = YES
        if checked is not None:
            answer = checked(request)
            if answer == NO:
                return NO
        if element is not None:
            found = element.test(request)
            if found == NO:
                return NO
            if found == MAYBE:
                answer = MAYBE
        for test in tests:
            found = test(request)
            if found == NO:
                return NO
            if found == MAYBE:
                answer = MAYBE
        return answer

    return apply
