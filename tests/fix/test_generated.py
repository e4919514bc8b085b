"""Plans for five hundred generated organizations with one to four faults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.fix.apply import asked_again
from bedrock_doctor.model.fix import AddStatement, Plan
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.trace import Outcome
from tests.fix.organizations import CALLER, organization


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_every_fault_has_a_proved_and_exact_plan(first: int) -> None:
    """Whatever the combination: allowed with all edits, denied without any of them."""
    for seed in range(first, first + 50):
        attempt, snapshot, names = organization(seed)
        report = app.diagnose(attempt, snapshot)
        assert report.verdict is Verdict.DENY, (seed, names)
        plan = app.fix(report, snapshot, alternatives=seed % 10 == 0)
        assert plan.proved, (seed, names, plan.doubts, [f.summary for f in plan.remaining])
        assert plan.smallest
        assert all(option.proved for option in plan.options)
        assert _allowed(report, plan, plan.edits)
        for edit in plan.edits:
            assert not _allowed(report, plan, tuple(e for e in plan.edits if e != edit)), names
        for added in _added(plan):
            _assert_exact(added)


def _allowed(report: Report, plan: Plan, edits: Any) -> bool:
    return all(
        check.trace.decision.outcome is Outcome.ALLOWED
        for hop in asked_again(report.hops, edits)
        for check in hop.checks
    )


def _added(plan: Plan) -> list[dict[str, Any]]:
    return [
        {**step.statement, "kind": edit.policy.kind}
        for edit in plan.edits
        for step in edit.steps
        if isinstance(step, AddStatement)
    ]


def _assert_exact(statement: dict[str, Any]) -> None:
    """New Allows name actions, resources and the one caller."""
    if statement["Effect"] == "Deny":
        return
    assert "*" not in json.dumps(statement["Action"])
    assert "*" not in json.dumps(statement.get("Resource", ""))
    if statement["kind"] is PolicyKind.TRUST:
        assert statement["Principal"] == {"AWS": CALLER}
