"""What tests there are against a mutant, and which of them reach its place."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage

from tests.mutation.in_place import caches


@dataclass(frozen=True, slots=True)
class Trial:
    """A case or a test; `passes` says whether the engine of this process passes it."""

    name: str
    passes: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Reach:
    """What an engine without a fault showed.

    Attributes:
        failing: the names of the trials that it does not pass.
        seconds: how long each trial took, in their order.
        lines: the trials that take a line, by file and line.
    """

    failing: list[str]
    seconds: list[float]
    lines: dict[str, dict[int, list[int]]]

    def trials_of(self, file: Path, first: int, last: int) -> list[int]:
        """The trials that take one of some lines, the quickest first."""
        taken = self.lines.get(str(file), {})
        numbers = {one for line in range(first, last + 1) for one in taken.get(line, ())}
        return sorted(numbers, key=lambda one: (self.seconds[one], one))


def reach_of(trials: list[Trial], folder: Path) -> Reach:
    """Runs all trials, none of which remembers another one, and notes which lines they take."""
    remembering = caches()
    coverage = Coverage(data_file=None, include=[f"{folder}/*"], config_file=False)
    failing: list[str] = []
    seconds: list[float] = []
    coverage.start()
    for number, trial in enumerate(trials):
        for cache in remembering:
            cache.cache_clear()
        coverage.switch_context(str(number))
        start = time.perf_counter()
        if not trial.passes():
            failing.append(trial.name)
        seconds.append(time.perf_counter() - start)
    coverage.stop()
    data = coverage.get_data()
    lines = {
        file: {
            line: [int(context) for context in contexts if context]
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Reach(failing, seconds, lines)


def statement_at(source: str, line: int) -> tuple[int, int]:
    """The first and last line of the statement that a line belongs to, without what it encloses."""
    first, last = line, line
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt | ast.match_case | ast.ExceptHandler):
            start, end = _extent(node)
            if start <= line <= end:
                first, last = start, end
    return first, last


def _extent(node: ast.stmt | ast.match_case | ast.ExceptHandler) -> tuple[int, int]:
    start = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    body = getattr(node, "body", None)
    if body:
        return start, max(start, body[0].lineno - 1)
    return start, getattr(node, "end_lineno", None) or start
