"""What is wrong with the policies of a case: why AWS would not have stored them, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.policy_set import PolicySet


def problems(policies: CompiledPolicies) -> list[dict[str, Any]]:
    """Every defect with the policy that holds it, its JSON pointer, line and column."""
    return [
        {
            "policy": policy.document.ref.name,
            "pointer": problem.pointer,
            "line": position.line,
            "column": position.column,
            "message": problem.message,
            "expected": problem.expected,
        }
        for found in _sets(policies)
        for policy in found.broken
        for problem in policy.problems
        for position in [policy.document.source.position(problem.span.start)]
    ]


def _sets(policies: CompiledPolicies) -> Iterator[PolicySet]:
    single = (policies.resource, policies.boundary, policies.session, policies.endpoint)
    yield policies.identity
    yield from (found for found in single if found is not None)
    yield from policies.scp.sets
    yield from policies.rcp.sets
