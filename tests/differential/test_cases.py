"""Hand-written cases against the naive evaluator and the engine; see docs/semantics."""

from __future__ import annotations

import pytest

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential import case_files, naive

CASES = case_files.load()


@pytest.mark.parametrize("name", CASES)
def test_the_naive_evaluator_answers_as_the_clauses_say(name: str) -> None:
    """AWS-documented or our choice, as the clause says: the oracle itself is right."""
    entry = CASES[name]
    assert case_files.differs(naive.evaluate(entry["case"]), entry["expect"]) == []


@pytest.mark.parametrize("name", CASES)
def test_the_engine_answers_as_the_clauses_say(name: str) -> None:
    """AWS-documented or our choice, as the clause says."""
    entry = CASES[name]
    assert case_files.differs(evaluate_case(entry["case"]), entry["expect"]) == []
