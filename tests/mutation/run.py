"""Mutation testing of the engine with cosmic-ray, on a copy of the sources.

    uv sync --group proof
    python -m tests.mutation.run [--most N] [--seed S] [--part K/N] [MODULE ...]

MODULE is a path below evaluate/, for example ``glob.py`` (default: all of them). At most N mutants
of each are drawn; without ``--most`` all are tried, in random order, so that a run that ends early
is a sample of all. ``--part 1/2`` and ``--part 2/2`` share the work of one seed. Each must fail the
cases of `judge.py`, or else the unit tests of the engine; those of the matrix, the tests of the
matrix. What passes is printed as a diff. Interrupted or terminated, it prints the table of what was
tried. docs/mutation.md says what was run, and explains the survivors. Tests that hypothesis draws
do not count: they fail where the machine is slow.

Every mutant lives in a process of its own, forked from one that holds all but the engine: that
costs a tenth of starting Python for each.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from random import Random

import hypothesis  # noqa: F401 - held by the parent, so that no child has to import it
import pytest

from tests.mutation.judge import FIRST, Judged, is_caught, judged_cases
from tests.mutation.mutants import MODULES, PACKAGE, applied, drawn, mutants

ROOT = Path(__file__).parents[2]
UNIT = (
    "tests/unit/evaluate/test_statement_traces.py",
    "tests/unit/evaluate/test_reasons.py",
    "tests/unit/evaluate",
)
"""Those first that fail most often."""
MATRIX = (
    "tests/unit/evaluate/test_target_set.py",
    "tests/unit/evaluate/test_matrix_arns.py",
    "tests/differential/test_matrix.py",
)
PROCESSOR_SECONDS = 120
MEMORY = 4 << 30
KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"


def _outcome(module: str, cases: list[Judged]) -> str:
    """What becomes of the engine that is on the disk now, one module of which was changed."""
    if _of_matrix(module):
        return _forked(lambda: _passes(MATRIX))
    stages: tuple[Callable[[], bool], ...] = (
        lambda: not is_caught(cases[:FIRST]),
        lambda: _passes(UNIT),
        lambda: not is_caught(cases[FIRST:]),
    )
    outcomes = (outcome for stage in stages if (outcome := _forked(stage)) != SURVIVED)
    return next(outcomes, SURVIVED)


def _of_matrix(module: str) -> bool:
    return module.startswith(("matrix", "target_set"))


def _passes(tests: tuple[str, ...]) -> bool:
    files = [str(ROOT / name) for name in tests]
    return (
        pytest.main(
            [
                "-x",
                "-q",
                "-m",
                "not hypothesis and not sweep",
                "-p",
                "no:cacheprovider",
                "--assert=plain",
                f"--rootdir={ROOT}",
                *files,
            ]
        )
        == 0
    )


def _forked(passes: Callable[[], bool]) -> str:
    """What a test says of a mutant, in a process of its own with bounds."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os._exit(0 if passes() else 1)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return TIMEOUT
    return KILLED if os.WEXITSTATUS(status) else SURVIVED


def main() -> None:
    """Copies the sources, runs the mutants, prints the survivors and a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--seed", default="mutants")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("modules", nargs="*", default=list(MODULES))
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "src"
        shutil.copytree(ROOT / "src", copy)
        compileall.compile_dir(copy, quiet=2)
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(copy))
        found = mutants(copy / PACKAGE, given.modules, Path(temporary) / "work.sqlite")
        cases = judged_cases()
        kinds = {_of_matrix(module): module for module in given.modules}
        if any(_outcome(module, cases) != SURVIVED for module in kinds.values()):
            raise SystemExit("the engine itself fails the tests")
        part, parts = map(int, given.part.split("/"))
        chosen = drawn(found, given.most, Random(given.seed))[part - 1 :: parts]
        tried = Counter[tuple[str, str]]()
        with suppress(KeyboardInterrupt):
            for number, mutation in enumerate(chosen, 1):
                module = mutation.module_path.relative_to(copy / PACKAGE).as_posix()
                Path(cache_from_source(str(mutation.module_path))).unlink(missing_ok=True)
                with applied(mutation) as diff:
                    outcome = _outcome(module, cases)
                tried[module, outcome] += 1
                print(f"{number} of {len(chosen)}", end="\r", file=sys.stderr, flush=True)
                if outcome != KILLED:
                    print(f"{outcome}\n{diff}\n", flush=True)
        _report({name: len(made) for name, made in found.items()}, tried)


def _report(made: dict[str, int], tried: Counter[tuple[str, str]]) -> None:
    print("| module | mutants | killed | out of time | survived |\n|---|---:|---:|---:|---:|")
    totals = Counter[str]()
    for name, count in made.items():
        fates = [tried[name, outcome] for outcome in (KILLED, TIMEOUT, SURVIVED)]
        print(f"| {name} | {count} | {' | '.join(map(str, fates))} |")
        totals.update(dict(zip((KILLED, TIMEOUT, SURVIVED), fates, strict=True)))
    sums = " | ".join(str(totals[outcome]) for outcome in (KILLED, TIMEOUT, SURVIVED))
    print(f"| all | {sum(made.values())} | {sums} |")


if __name__ == "__main__":
    main()
