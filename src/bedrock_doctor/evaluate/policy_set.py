"""Policies that are united: within one set any Allow allows and any Deny denies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bedrock_doctor.evaluate.outcome_set import ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.statement import Apply, CompiledStatement, compile_statement
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import Policy, PolicyDocument
from bedrock_doctor.model.policy_parser import parse_policy, weight_of
from bedrock_doctor.model.remembered import Remembered
from bedrock_doctor.model.request import Readable, Request
from bedrock_doctor.model.trace import StatementTrace

Answer = int | Callable[[Request], int]
"""A set of outcomes, or the function that finds it."""

MOST_ACTIONS = 128
LONGEST_ACTION = 128
"""Of so many actions, each no longer than this, the answers are remembered."""
_BY_ALLOW = (IMPLICIT, ALLOWED, ALLOWED | IMPLICIT)
"""The answer of one Allow and nothing else, by whether it applies."""
_BY_DENY = (ALLOWED, EXPLICIT, ALLOWED | EXPLICIT)
"""The answer of one Deny where all is allowed."""


def _compile(
    document: PolicyDocument, bounded: int
) -> tuple[Policy, tuple[CompiledStatement, ...]]:
    policy = parse_policy(document)
    return policy, tuple(compile_statement(policy, entry, bounded) for entry in policy.statements)


compile_document = Remembered(_compile, lambda document, bounded: weight_of(document), most=1 << 23)
"""One document, parsed and compiled; `bounded` as in `CompiledPrincipals`.

A compiled document takes some 35 bytes for each of its characters.
"""


def _widen(result: int, is_open: bool) -> int:
    """Documents that cannot be read may allow and may deny."""
    if not is_open:
        return result
    return result | EXPLICIT | ALLOWED


def _allowed_by(allows: tuple[Apply, ...]) -> Callable[[Request], int]:
    """The answer of Allow statements alone, all of them readable."""
    if len(allows) == 1:
        only = allows[0]
        return lambda request: _BY_ALLOW[only(request)]

    def answer(request: Request) -> int:
        result = IMPLICIT
        for applies in allows:
            found = applies(request)
            if found == YES:
                return ALLOWED
            if found == MAYBE:
                result = ALLOWED | IMPLICIT
        return result

    return answer


def _weighed(
    denies: tuple[Apply, ...], allows: tuple[Apply, ...], start: int, is_open: bool
) -> Callable[[Request], int]:
    """The answer of Denies and Allows; `start` is the answer before the Allows are asked."""
    if start == ALLOWED and len(denies) == 1 and not is_open:
        only = denies[0]
        return lambda request: _BY_DENY[only(request)]
    allowed = _allowed_by(allows)

    def answer(request: Request) -> int:
        doubt = 0
        for applies in denies:
            found = applies(request)
            if found == YES:
                return EXPLICIT
            if found == MAYBE:
                doubt = EXPLICIT
        return _widen(start if start == ALLOWED else allowed(request), is_open) | doubt

    return answer


class PolicySet:
    """The united policies of one layer or of one level of an organization.

    Attributes:
        statements: all statements, in document order.
        broken: policies that AWS would not have stored: what they would say is not known.
        missing: documents that were not collected.
        is_open: whether there are such documents, which may allow and may deny.
    """

    __slots__ = ("_answers", "broken", "is_open", "missing", "statements")

    def __init__(self, documents: Iterable[Readable], bounded: int = NO) -> None:
        statements: list[CompiledStatement] = []
        broken: list[Policy] = []
        missing: list[Missing] = []
        for document in documents:
            if isinstance(document, Missing):
                missing.append(document)
                continue
            policy, compiled = compile_document(document, bounded)
            if policy.problems:
                broken.append(policy)
            statements.extend(compiled)
        self.statements: Sequence[CompiledStatement] = tuple(statements)
        self.broken: tuple[Policy, ...] = tuple(broken)
        self.missing: tuple[Missing, ...] = tuple(missing)
        self.is_open = bool(broken or missing)
        self._answers: dict[str, Answer] = {}

    def possible(self, request: Request) -> int:
        """The outcomes that the set leaves open for a request."""
        answer = self.answer_to(request.action.lower())
        return answer if isinstance(answer, int) else answer(request)

    def answer_to(self, action: str) -> Answer:
        """What the set answers to a lower-case action: a constant, or a function of the request."""
        known = self._answers.get(action)
        if known is None:
            known = self._answer(action)
            if len(self._answers) < MOST_ACTIONS and len(action) <= LONGEST_ACTION:
                self._answers[action] = known
        return known

    def _answer(self, action: str) -> Answer:
        covering = [entry for entry in self.statements if entry.actions.test(action)]
        denies = tuple(entry.applies for entry in covering if entry.denies)
        allows = [entry for entry in covering if not entry.denies]
        sure = any(entry.unconditional for entry in allows)
        if any(entry.unconditional and entry.denies for entry in covering):
            return EXPLICIT
        if not denies and (sure or not allows):
            return _widen(ALLOWED if sure else IMPLICIT, self.is_open)
        if not denies and not self.is_open:
            return _allowed_by(tuple(entry.applies for entry in allows))
        found = () if sure else tuple(entry.applies for entry in allows)
        return _weighed(denies, found, ALLOWED if sure else IMPLICIT, self.is_open)

    def allows(self, action: str) -> list[CompiledStatement]:
        """The Allow statements that cover a lower-case action."""
        return [e for e in self.statements if not e.denies and e.actions.test(action)]

    def trace(self, request: Request) -> tuple[StatementTrace, ...]:
        """How every statement met the request."""
        return tuple(statement.trace(request) for statement in self.statements)
