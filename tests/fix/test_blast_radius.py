"""What a blast radius counts is what deciding every single request counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bedrock_doctor import app
from bedrock_doctor.evaluate.authorize import authorize
from bedrock_doctor.evaluate.matrix_axes import policies_of, request_of
from bedrock_doctor.fix.apply import Changes
from bedrock_doctor.fix.blast_radius import Universe, blast_radius
from bedrock_doctor.fix.radius_words import _attempted, _cell
from bedrock_doctor.model.fix import Plan
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.universe.subjects import ANYBODY, accounts_of
from bedrock_doctor.universe.targets import actions_of
from tests.fix.organizations import organization

RANK = {Outcome.UNKNOWN: 1, Outcome.ALLOWED: 2}


def moves(universe: Universe, plan: Plan) -> Iterator[int]:
    """1 for every decision beyond the attempt that opens, -1 for one that closes: one by one."""
    after = Changes(plan.documents)
    attempt = frozenset(_attempted(universe.report))
    for account in accounts_of(universe.view, universe.snapshot):
        services = {"sts": universe.roles}
        if account != ANYBODY:
            services["bedrock-runtime"] = universe.models(account).entries
        for service, entries in services.items():
            for subject in universe.subjects(account, service, endpoints=False):
                arns = subject.context.values["aws:principalarn"]
                changed = after.policies(subject.policies, arns)
                for target, asked in entries:
                    policy = after.document(target.policy) if target.policy else None
                    other = replace(target, policy=policy, rcp=after.levels(target.rcp))
                    for action in actions_of(asked.family):
                        request = request_of(subject, action, target)
                        was = authorize(request, policies_of(subject.policies, target)).outcome
                        now = authorize(request, policies_of(changed, other)).outcome
                        moved = RANK.get(now, 0) - RANK.get(was, 0)
                        if moved and _cell(arns[0], action, target, asked) not in attempt:
                            yield 1 if moved > 0 else -1


@pytest.mark.parametrize("seed", range(12))
def test_the_same_as_one_by_one(seed: int) -> None:
    """Only what can differ is asked, and nothing that differs is left out."""
    attempt, snapshot, names = organization(seed)
    report = app.diagnose(attempt, snapshot)
    plan = app.fix(report, snapshot)
    for option in plan.options:
        universe = Universe(report, snapshot)
        radius = blast_radius(universe, option.documents)
        found = list(moves(universe, option))
        assert radius.opened_decisions == found.count(1), (names, option.fixes)
        assert radius.closed_decisions == found.count(-1), names
