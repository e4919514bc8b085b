"""Mutation testing of the engine with cosmic-ray, on a copy of the sources.

    uv sync --group proof
    python -m tests.mutation.run [--most N] [--seed S] [--part K/N] [MODULE ...]

MODULE is a path below evaluate/, for example ``glob.py`` (default: all of them). At most N mutants
of each are drawn; without ``--most`` all are tried, in random order, so that a run that ends early
is a sample of all. ``--part 1/2`` and ``--part 2/2`` share the work of one seed. Each must fail one
of the cases of `judge.py` or of the tests of the engine and its matrix that take its place. What
passes is printed as a diff. Interrupted or terminated, it prints the table of what was tried.
docs/mutation.md says what was run, and explains the survivors. Tests that hypothesis draws do not
count: they fail where the machine is slow.

The tests are collected once. Every mutant lives in a process of its own, forked from the one that
holds them all: there the code of the changed function is exchanged. What runs on import, constants
and classes, is imported anew instead, together with the tests.
"""

from __future__ import annotations

import argparse
import compileall
import gc
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from random import Random

import pytest
from _pytest.runner import runtestprotocol
from cosmic_ray.work_item import MutationSpec

from tests.mutation.in_place import (
    Exchange,
    Functions,
    caches,
    compiled,
    exchange,
    functions_below,
    put,
)
from tests.mutation.judge import Judged, is_caught, judged_cases
from tests.mutation.mutants import MODULES, PACKAGE, applied, drawn, mutants
from tests.mutation.reaching import Reach, Trial, reach_of, statement_at

ROOT = Path(__file__).parents[2]
UNIT, MATRIX = "tests/unit/evaluate", "tests/differential/test_matrix.py"
NO_ANSWERS = (
    f"{UNIT}/test_bounds.py",
    f"{UNIT}/test_case_lines.py::test_a_stream_of_large_policies_leaves_nothing_behind",
    f"{MATRIX}::test_all_outcomes_are_met",
)
"""What tests time, memory and the generator, not answers."""
OF_MATRIX = ("matrix", "target_set")
CASE = "case "
PROCESSOR_SECONDS = 30
MEMORY = 4 << 30
KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"
BROKEN = "broken"
"""The process of the mutant ended otherwise: that says nothing of the tests."""
NONE = "no mutant"
"""What is no Python (`{%values}`), or the same."""


@dataclass
class Hunt:
    """All mutants against all trials, as a plugin that runs in place of pytest's loop.

    Attributes:
        sources: the copy of the sources.
        chosen: the mutants.
        tried: how many of each module came to which end.
    """

    sources: Path
    chosen: list[MutationSpec]
    tried: Counter[tuple[str, str]]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Tries the mutants one by one, until interrupted."""
        cases = judged_cases()
        trials = [_case(number, one) for number, one in enumerate(cases)]
        trials += [_test(item) for item in session.items]
        living = functions_below(self.sources / PACKAGE)
        reach = self._reach(trials)
        quickest = [
            trials[one] for one in sorted(range(len(trials)), key=reach.seconds.__getitem__)
        ]
        if reach.failing:
            raise pytest.UsageError(f"the engine itself fails {', '.join(reach.failing)}")
        if _forked(lambda: _pass(quickest)) != SURVIVED:
            raise pytest.UsageError("the engine itself fails, the quickest trials first")
        if _forked(lambda: _passes_anew(cases, (UNIT, MATRIX))) != SURVIVED:
            raise pytest.UsageError("the engine itself fails, imported anew")
        for cache in caches():
            cache.cache_clear()
        gc.collect()
        gc.freeze()
        with suppress(KeyboardInterrupt):
            for number, mutation in enumerate(self.chosen, 1):
                self._try(mutation, cases, trials, living, reach)
                print(f"{number} of {len(self.chosen)}", end="\r", file=sys.stderr, flush=True)
        return True

    def _try(
        self,
        mutation: MutationSpec,
        cases: list[Judged],
        trials: list[Trial],
        living: Functions,
        reach: Reach,
    ) -> None:
        file = mutation.module_path
        module = file.relative_to(self.sources / PACKAGE).as_posix()
        tests = (UNIT, MATRIX) if module.startswith(OF_MATRIX) else (UNIT,)
        before = file.read_text()
        places = reach.trials_of(file, *statement_at(before, mutation.start_pos[0]))
        found = [trials[one] for one in places if trials[one].name.startswith((CASE, *tests))]
        Path(cache_from_source(str(file))).unlink(missing_ok=True)
        with applied(mutation) as diff:
            old, new = compiled(before, file), compiled(file.read_text(), file)
            if new is None or new == old:
                outcome = NONE
            elif found and (codes := exchange(old, new, living)):
                outcome = _forked(lambda: _passes_in_place(codes, living, found))
            else:
                outcome = _forked(lambda: _passes_anew(cases, tests))
        self.tried[module, outcome] += 1
        if outcome in (SURVIVED, TIMEOUT, BROKEN):
            way = mutation.operator_name.removeprefix("core/")
            print(f"{outcome} {way}\n{diff}\n", flush=True)

    def _reach(self, trials: list[Trial]) -> Reach:
        """Measured in a process of its own, so that no cache here remembers an answer."""
        kept = self.sources.parent / "reach.pickle"

        def measured() -> bool:
            kept.write_bytes(pickle.dumps(reach_of(trials, self.sources / PACKAGE)))
            return True

        if _forked(measured, seconds=resource.RLIM_INFINITY) != SURVIVED:
            raise pytest.UsageError("the tests cannot be run")
        reach: Reach = pickle.loads(kept.read_bytes())
        return reach


def _case(number: int, one: Judged) -> Trial:
    return Trial(f"{CASE}{number}", lambda: not is_caught([one]))


def _test(item: pytest.Item) -> Trial:
    def passes() -> bool:
        return all(not report.failed for report in runtestprotocol(item, log=False, nextitem=None))

    return Trial(item.nodeid, passes)


def _passes_in_place(codes: Exchange, living: Functions, trials: list[Trial]) -> bool:
    put(codes, living)
    return _pass(trials)


def _pass(trials: list[Trial]) -> bool:
    return all(trial.passes() for trial in trials)


def _passes_anew(cases: list[Judged], tests: tuple[str, ...]) -> bool:
    """Whether an engine that is imported anew passes, and tests that are."""
    for name in [*sys.modules]:
        if name.startswith(("bedrock_doctor", "tests.")) and not name.startswith("tests.mutation"):
            del sys.modules[name]
    return not is_caught(cases) and pytest.main(["-x", *_arguments(tests)]) == 0


def _arguments(tests: tuple[str, ...]) -> list[str]:
    chosen = ["-m", "not hypothesis and not sweep", *(f"--deselect={one}" for one in NO_ANSWERS)]
    plain = [
        "-q",
        "-Wignore::SyntaxWarning",
        "-p",
        "no:cacheprovider",
        "--assert=plain",
        f"--rootdir={ROOT}",
    ]
    return [*plain, *chosen, *(str(ROOT / name) for name in tests)]


def _forked(passes: Callable[[], bool], seconds: int = PROCESSOR_SECONDS) -> str:
    """What a test says of a mutant, in a process of its own with bounds."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os._exit(0 if passes() else 1)
        os._exit(2)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return TIMEOUT if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else BROKEN
    return {0: SURVIVED, 1: KILLED}.get(os.WEXITSTATUS(status), BROKEN)


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
        part, parts = map(int, given.part.split("/"))
        chosen = drawn(found, given.most, Random(given.seed))[part - 1 :: parts]
        tried = Counter[tuple[str, str]]()
        ended = pytest.main(
            ["-s", *_arguments((UNIT, MATRIX))], plugins=[Hunt(copy, chosen, tried)]
        )
        if ended in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            raise SystemExit(ended)
        _report({name: len(made) for name, made in found.items()}, tried)


def _report(made: dict[str, int], tried: Counter[tuple[str, str]]) -> None:
    print("| module | mutants | none | killed | out of time | broken | survived |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    totals = Counter[str]()
    for name, count in made.items():
        fates = {
            outcome: tried[name, outcome] for outcome in (NONE, KILLED, TIMEOUT, BROKEN, SURVIVED)
        }
        totals.update(fates)
        print(f"| {name} | {count} | {' | '.join(map(str, fates.values()))} |")
    print(f"| all | {sum(made.values())} | {' | '.join(map(str, totals.values()))} |")


if __name__ == "__main__":
    main()
