"""Policies that are united: within one set any Allow allows and any Deny denies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bedrock_doctor.evaluate.outcome_set import ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.statement import CompiledStatement, compile_statement
from bedrock_doctor.evaluate.tristate import MAYBE, YES
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import Policy, PolicyDocument
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.request import Readable, Request
from bedrock_doctor.model.trace import StatementTrace

_Candidates = tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...]]
_MEMO_LIMIT = 4096


@lru_cache(maxsize=16384)
def compile_document(document: PolicyDocument) -> tuple[Policy, tuple[CompiledStatement, ...]]:
    """One document, parsed and compiled."""
    policy = parse_policy(document)
    return policy, tuple(compile_statement(policy, entry) for entry in policy.statements)


class PolicySet:
    """The united policies of one layer or of one level of an organization.

    Attributes:
        statements: all statements, in document order.
        broken: policies that AWS would not have stored: what they would say is not known.
        missing: documents that were not collected.
    """

    __slots__ = ("_candidates", "_open", "broken", "missing", "statements")

    def __init__(self, documents: Iterable[Readable]) -> None:
        statements: list[CompiledStatement] = []
        broken: list[Policy] = []
        missing: list[Missing] = []
        for document in documents:
            if isinstance(document, Missing):
                missing.append(document)
                continue
            policy, compiled = compile_document(document)
            if policy.problems:
                broken.append(policy)
            statements.extend(compiled)
        self.statements: Sequence[CompiledStatement] = tuple(statements)
        self.broken: tuple[Policy, ...] = tuple(broken)
        self.missing: tuple[Missing, ...] = tuple(missing)
        self._open = bool(broken or missing)
        self._candidates: dict[str, _Candidates] = {}

    def possible(self, request: Request) -> int:
        """The outcomes that the set leaves open for a request."""
        action = request.action.lower()
        candidates = self._candidates.get(action)
        if candidates is None:
            candidates = self._select(action)
        maybe_denied = self._open
        for statement in candidates[0]:
            answer = statement.applies(request)
            if answer == YES:
                return EXPLICIT
            if answer == MAYBE:
                maybe_denied = True
        result = IMPLICIT
        for statement in candidates[1]:
            answer = statement.applies(request)
            if answer == YES:
                result = ALLOWED
                break
            if answer == MAYBE:
                result = ALLOWED | IMPLICIT
        if self._open and result == IMPLICIT:
            result = ALLOWED | IMPLICIT
        return result | EXPLICIT if maybe_denied else result

    def _select(self, action: str) -> _Candidates:
        """The statements that cover an action, Denies and Allows apart."""
        covering = [entry for entry in self.statements if entry.actions.test(action)]
        allows = [entry for entry in covering if not entry.denies]
        sure = [entry for entry in allows if entry.unconditional]
        found = tuple(entry for entry in covering if entry.denies), tuple(sure[:1] or allows)
        if len(self._candidates) < _MEMO_LIMIT:
            self._candidates[action] = found
        return found

    def matching_allows(self, request: Request) -> list[tuple[CompiledStatement, int]]:
        """The Allow statements that apply, or may apply, with their answers."""
        action = request.action.lower()
        found = [
            (entry, entry.applies(request))
            for entry in self.statements
            if not entry.denies and entry.actions.test(action)
        ]
        return [(entry, answer) for entry, answer in found if answer]

    def trace(self, request: Request) -> tuple[StatementTrace, ...]:
        """How every statement met the request."""
        return tuple(statement.trace(request) for statement in self.statements)
