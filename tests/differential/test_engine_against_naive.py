"""The engine and the naive evaluator on random cases; a nightly run takes many more (``run``)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential import naive
from tests.differential.compare import difference, shrink
from tests.differential.generate import case as random_case

CASES, SLICES, SEED = 6000, 6, 1


@pytest.mark.parametrize("part", range(SLICES))
def test_the_engine_answers_as_the_naive_evaluator(part: int) -> None:
    """Our choice: the clauses decide, and no difference is tolerated."""
    found = []
    for number in range(part, CASES, SLICES):
        case = random_case(Random(f"{SEED}/{number}"))
        kind = difference(case, naive.evaluate, evaluate_case)
        if kind:
            found.append((number, kind))
    assert found == []


def test_every_verdict_is_common_enough_to_be_tested() -> None:
    """Our choice: no verdict falls below one case in twelve."""
    verdicts = Counter(
        naive.evaluate(random_case(Random(f"{SEED}/{number}")))["verdict"] for number in range(1500)
    )
    assert len(verdicts) == 4
    assert min(verdicts.values()) > 125


def test_a_planted_error_is_found_and_shrunk() -> None:
    """Our choice: the comparison sees an engine that forgets boundaries, and shows why."""

    def forgetful(case: dict[str, object]) -> dict[str, object]:
        return naive.evaluate(case | {"boundary": None})

    numbers = (
        case
        for number in range(2000)
        if (case := random_case(Random(f"{SEED}/{number}")))["boundary"] is not None
        and difference(case, naive.evaluate, forgetful) == "contradiction"
    )
    small = shrink(
        next(numbers), lambda c: difference(c, naive.evaluate, forgetful) == "contradiction"
    )
    assert small["boundary"] is not None
    assert (small["scp_levels"], small["vpce_policy"], small["session_policy"]) == ([], None, None)
