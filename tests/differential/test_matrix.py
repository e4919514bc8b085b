"""The matrix against the single engine, cell for cell, on random organizations."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_doctor.evaluate.authorize import authorize
from bedrock_doctor.evaluate.matrix import Axes, Matrix, difference, evaluate_matrix, positions
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.trace import Decision, Outcome
from tests.differential.organizations import organization


def cells(axes: Axes) -> dict[tuple[int, int, int], Decision]:
    """All cells, each decided alone."""
    every = product(range(len(axes.subjects)), range(len(axes.actions)), range(len(axes.targets)))
    return {(s, a, t): authorize(axes.request(s, a, t), axes.policies(s, t)) for s, a, t in every}


def assert_same(matrix: Matrix) -> dict[tuple[int, int, int], Decision]:
    """Cell for cell, by look-up, by class and by count."""
    alone = cells(matrix.axes)
    assert {cell: matrix.decision(*cell) for cell in alone} == alone
    by_class = [
        ((s, entry.action, t), entry.decision)
        for entry in matrix.classes()
        for s in entry.subjects
        for t in positions(entry.targets)
    ]
    assert len(by_class) == matrix.axes.cells
    assert dict(by_class) == alone
    assert matrix.counts() == Counter(decision.outcome for decision in alone.values())
    return alone


@pytest.mark.parametrize("part", range(6))
def test_every_cell_is_the_single_engines(part: int) -> None:
    """E1: certain, uncertain and layer for layer."""
    for number in range(part, 120, 6):
        assert_same(evaluate_matrix(organization(Random(f"matrix/{number}"))))


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_cell_is_the_single_engines_where_hypothesis_draws(rng: Random) -> None:
    """E1: the same, with shrinking."""
    assert_same(evaluate_matrix(organization(rng)))


def test_all_outcomes_are_met() -> None:
    """Our choice: a comparison that meets no allow, or nothing unknown, would prove little."""
    met: Counter[Outcome] = Counter()
    for number in range(40):
        met += evaluate_matrix(organization(Random(f"matrix/{number}"))).counts()
    assert min(met[outcome] for outcome in Outcome if outcome is not Outcome.NOT_APPLICABLE) > 500


@pytest.mark.parametrize("number", range(20))
def test_the_difference_names_every_changed_cell_and_no_other(number: int) -> None:
    """Our choice: the changes, spread out, are the cells whose outcomes differ."""
    rng = Random(f"difference/{number}")
    axes = organization(rng)
    subjects = list(axes.subjects)
    for position in rng.sample(range(len(subjects)), len(subjects) // 2):
        other = rng.choice(axes.subjects)
        subjects[position] = replace(subjects[position], policies=other.policies)
    before, after = evaluate_matrix(axes), evaluate_matrix(replace(axes, subjects=tuple(subjects)))
    old, new = cells(before.axes), cells(after.axes)
    expected = {
        cell: (old[cell].outcome, new[cell].outcome)
        for cell in old
        if old[cell].outcome is not new[cell].outcome
    }
    changes = list(difference(before, after))
    found = [
        ((s, change.action, t), (change.before, change.after))
        for change in changes
        for s in change.subjects
        for t in positions(change.targets)
    ]
    assert dict(found) == expected
    assert len(found) == len(expected) == sum(change.cells for change in changes)


def test_only_the_same_questions_compare() -> None:
    """Our choice: positions of different axes mean different things."""
    axes = organization(Random("axes"))
    matrix = evaluate_matrix(axes)
    fewer = evaluate_matrix(replace(axes, subjects=axes.subjects[1:]))
    with pytest.raises(ValueError, match="same principals"):
        list(difference(matrix, fewer))
    with pytest.raises(IndexError):
        matrix.decision(0, 0, len(axes.targets))


def test_the_targets_side_stays_out_of_a_subject() -> None:
    """Our choice: a policy on the wrong side would silently be lost."""
    axes = organization(Random("axes"))
    target = next(
        found.policy
        for number in range(50)
        for found in organization(Random(f"matrix/{number}")).targets
        if found.policy is not None
    )
    policies = replace(axes.subjects[0].policies, resource=target)
    with pytest.raises(ValueError, match="belong to the target"):
        replace(axes.subjects[0], policies=policies)


def test_an_empty_axis_has_no_cells() -> None:
    """Our choice: nothing asked, nothing answered."""
    axes = organization(Random("axes"))
    assert evaluate_matrix(replace(axes, targets=())).counts() == {}
    assert evaluate_matrix(replace(axes, subjects=())).counts() == {}


def test_a_target_that_tells_who_asks_divides_like_any_other() -> None:
    """D2: a service-linked role is known by aws:PrincipalArn, whichever side gives it."""
    linked = Context.of(
        {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role/b/AWSServiceRoleForB"}
    )
    for number in range(30):
        axes = organization(Random(f"matrix/{number}"))
        extra = tuple(replace(target, context=linked) for target in axes.targets)
        assert_same(evaluate_matrix(replace(axes, targets=(*axes.targets, *extra))))
