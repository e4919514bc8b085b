"""Decides the matrix of a synthetic organization and proves a random sample of its cells.

    python benchmarks/matrix.py [--roles 1000] [--models 150] [--regions 30] [--repeat 5]

Prints, for 40 distinct sets of identity policies and for one set per role: processor seconds of one
core with policies parsed and compiled before, cells per second, the same with parsing, and how many
of 100,000 random cells the single engine decides otherwise. The last number must be 0; else the
exit code is 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from random import Random

from organization import Size, organization

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.matrix import Axes, Matrix, difference, evaluate_matrix
from bedrock_doctor.evaluate.policy_set import compile_document

SAMPLE = 100_000


def seconds(axes: Axes) -> tuple[Matrix, float]:
    """The matrix, and the processor time that it took."""
    start = time.process_time()
    matrix = evaluate_matrix(axes)
    return matrix, time.process_time() - start


def disagreements(matrix: Matrix, rng: Random) -> int:
    """How many of a random sample of cells the single engine decides otherwise."""
    axes, wrong = matrix.axes, 0
    compiled: dict[int, CompiledPolicies] = {}
    for _ in range(SAMPLE):
        subject = rng.randrange(len(axes.subjects))
        action = rng.randrange(len(axes.actions))
        target = rng.randrange(len(axes.targets))
        # the models have no policies of their own, so the caller's side is all there is
        key = id(axes.subjects[subject].policies)
        if key not in compiled:
            compiled[key] = CompiledPolicies(axes.policies(subject, target))
        alone = decide(compiled[key], axes.request(subject, action, target))
        wrong += alone != matrix.decision(subject, action, target)
    return wrong


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser()
    for name, default in (("roles", 1000), ("models", 150), ("regions", 30), ("repeat", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    wrong = 0
    for sets in (40, given.roles):
        axes = organization(Size(given.roles, sets, given.models, given.regions))
        compile_document.cache_clear()
        matrix, cold = seconds(axes)
        warm = statistics.median(seconds(axes)[1] for _ in range(given.repeat))
        start = time.process_time()
        counts = ", ".join(f"{n:,} {outcome.value}" for outcome, n in matrix.counts().most_common())
        counted = time.process_time() - start
        start = time.process_time()
        changed = sum(change.cells for change in difference(matrix, evaluate_matrix(axes)))
        compared = time.process_time() - start - warm
        sample = disagreements(matrix, Random(f"sample/{sets}"))
        wrong += sample + changed
        print(
            f"{axes.cells:,} cells, {sets} sets of policies: {warm:.3f} s, "
            f"{axes.cells / warm / 1e6:.0f} million cells/s "
            f"(with parsing {cold:.3f} s, counting {counted:.3f} s, "
            f"comparing with a second matrix {compared:.3f} s)\n"
            f"  {counts}\n"
            f"  {sum(1 for _ in matrix.classes()):,} classes, "
            f"{sample} of {SAMPLE:,} random cells differ from the single engine"
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
