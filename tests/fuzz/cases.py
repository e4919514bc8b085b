"""Fuzzes the engine against the naive evaluator: whole cases of all layers, steered by coverage."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["bedrock_doctor"]):
    from bedrock_doctor.evaluate.cases import evaluate_case

from tests.differential import naive
from tests.differential.compare import difference
from tests.differential.generate import case
from tests.fuzz.drawn import Drawn


def one_input(data: bytes) -> None:
    """Draws a case and compares the answers of both."""
    drawn = case(Drawn(data))
    found = difference(drawn, naive.evaluate, evaluate_case)
    assert found is None, f"{found}: {json.dumps(drawn)}"


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
