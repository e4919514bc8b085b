"""The tests that a mutant of the engine must fail: cases with the answers of the naive evaluator.

    python -m tests.mutation.judge write FILE    draws the cases and asks the naive evaluator
    python -m tests.mutation.judge FILE          exits 1 at the first answer that differs

Pytest takes longer to start than these cases take to run, so mutants meet it only when they pass.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from tests.differential import case_files

CASES = 1500


def write(file: Path) -> None:
    """The hand-written cases, and random ones, with what is expected of each."""
    from tests.differential import naive
    from tests.differential.generate import case

    drawn = [case(Random(f"mutation/{number}")) for number in range(CASES)]
    expected = [{"case": one, "expect": naive.evaluate(one)} for one in drawn]
    written = [{"case": e["case"], "expect": e["expect"]} for e in case_files.load().values()]
    file.write_text("\n".join(json.dumps(entry) for entry in written + expected))


def judge(file: Path) -> int:
    """The number of the first case that is answered otherwise; 0 when there is none."""
    from bedrock_doctor.evaluate.cases import evaluate_case

    for number, line in enumerate(file.read_text().splitlines(), 1):
        entry: dict[str, Any] = json.loads(line)
        if case_files.differs(evaluate_case(entry["case"]), entry["expect"]):
            return number
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        sys.exit(1 if judge(Path(sys.argv[1])) else 0)
