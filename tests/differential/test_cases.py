"""Hand-written cases against the naive evaluator and the engine; see docs/semantics."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential import case_files, naive

CASES = case_files.load()
KNOWN = tomllib.loads((Path(__file__).parent / "divergences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_the_naive_evaluator_answers_as_the_clauses_say(name: str) -> None:
    """AWS-documented or our choice, as the clause says: the oracle itself is right."""
    entry = CASES[name]
    assert case_files.differs(naive.evaluate(entry["case"]), entry["expect"]) == []


@pytest.mark.parametrize("name", CASES)
def test_the_engine_answers_as_the_clauses_say(name: str) -> None:
    """AWS-documented or our choice, as the clause says; what is not met yet is listed as data."""
    entry = CASES[name]
    wrong = case_files.differs(evaluate_case(entry["case"]), entry["expect"])
    assert (wrong != []) == (name in KNOWN["cases"]), wrong


def test_no_divergence_is_listed_for_a_case_that_is_gone() -> None:
    """Our choice: the list of divergences names existing cases."""
    assert [name for name in KNOWN["cases"] if name not in CASES] == []
