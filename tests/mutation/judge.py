"""What a mutant of the engine must fail: cases with the answers of the naive evaluator."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential import case_files, naive
from tests.differential.generate import case

CASES = 1000

Judged = tuple[dict[str, Any], dict[str, Any]]
"""A case, and what is expected of it."""


def judged_cases() -> list[Judged]:
    """The hand-written cases, then random ones with the answers of the naive evaluator."""
    drawn = [case(Random(f"mutation/{number}")) for number in range(CASES)]
    written = [(entry["case"], entry["expect"]) for entry in case_files.load().values()]
    return written + [(one, naive.evaluate(one)) for one in drawn]


def is_caught(cases: list[Judged]) -> bool:
    """Whether the engine of this process answers a case otherwise or not at all."""
    try:
        from bedrock_doctor.evaluate.cases import evaluate_case

        return any(case_files.differs(evaluate_case(one), expect) for one, expect in cases)
    except Exception:
        return True
