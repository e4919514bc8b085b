"""Mutation testing of the engine with cosmic-ray, on a copy of the sources.

    uv sync --group proof
    python -m tests.mutation.run [--sample N] [--seed S] [MODULE ...]

MODULE is a path below evaluate/, for example ``glob.py`` (default: those of MODULES). N mutants are
drawn, evenly from the modules; 0 takes all. Each must fail `judge.py`; one that passes meets the
files of SECOND in pytest. What still passes is printed as a diff. docs/mutation.md says what was
run, and explains the survivors.

Not mutated, because no answer could change: annotations, decorators (caches) and docstrings.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkItem

ROOT = Path(__file__).parents[2]
ENGINE = Path("src/bedrock_doctor/evaluate")
MODULES = (
    "glob.py",
    "patterns.py",
    "variables.py",
    "principals.py",
    "statement.py",
    "policy_set.py",
    "combine.py",
    "authorize.py",
    "tristate.py",
    "conditions/block.py",
    "conditions/string.py",
    "conditions/arn.py",
    "conditions/numeric.py",
    "conditions/address.py",
    "conditions/scalar.py",
    "layers/control_policies.py",
    "layers/hierarchy.py",
    "layers/resource.py",
)
SECOND = ("tests/unit/evaluate", "tests/differential/test_properties.py")
TIMEOUT = 120.0


def silent(module: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The places of a module that no answer depends on, as line and column pairs."""
    nodes: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            nodes += node.decorator_list
        if isinstance(node, ast.FunctionDef):
            nodes.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            nodes.append(node.annotation)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript):
            # aliases of types: `Answer = int | Callable[...]`
            named = node.targets[0]
            if isinstance(named, ast.Name) and named.id[0].isupper() and not named.id.isupper():
                nodes.append(node.value)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in nodes
        if node is not None
    ]


def mutants(modules: list[Path], database: Path) -> list[WorkItem]:
    """All mutants of the modules that an answer can depend on."""
    with use_db(str(database), WorkDB.Mode.create) as work:
        init(modules, work, {})
        items = list(work.work_items)
    places = {module: silent(module) for module in modules}
    return [
        item
        for item in items
        for mutation in item.mutations
        if not mutation.operator_name.endswith("RemoveDecorator")
        and not any(
            start <= tuple(mutation.start_pos) < end for start, end in places[mutation.module_path]
        )
    ]


def drawn(items: list[WorkItem], count: int, rng: Random) -> list[WorkItem]:
    """Some of them, module by module in turn."""
    by_module: dict[Path, list[WorkItem]] = {}
    for item in items:
        by_module.setdefault(item.mutations[0].module_path, []).append(item)
    for found in by_module.values():
        rng.shuffle(found)
    turns = [
        (turn, n, item) for n, one in enumerate(by_module.values()) for turn, item in enumerate(one)
    ]
    ordered = [item for _, _, item in sorted(turns, key=lambda entry: entry[:2])]
    return ordered[:count] if count else ordered


def survives(item: WorkItem, cases: Path) -> str | None:
    """The diff of a mutant that passes both stages; None for one that fails."""
    first = f"{sys.executable} -m tests.mutation.judge {cases}"
    second = f"{sys.executable} -m pytest -x -q -p no:cacheprovider {' '.join(SECOND)}"
    for command in (first, second):
        result = mutate_and_test(item.mutations, command, TIMEOUT)
        if result.test_outcome is not TestOutcome.SURVIVED:
            return None
    return result.diff


def main() -> None:
    """Copies the sources, runs the mutants, prints the survivors and a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", default="mutants")
    parser.add_argument("modules", nargs="*", default=list(MODULES))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        copy, cases = Path(temporary) / "copy", Path(temporary) / "cases.jsonl"
        for part in ("src", "tests", "docs", "examples"):
            shutil.copytree(ROOT / part, copy / part)
        shutil.copy(ROOT / "pyproject.toml", copy)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy / "src")
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        os.system(f"{sys.executable} -m tests.mutation.judge write {cases}")
        items = mutants([ENGINE / name for name in given.modules], Path(temporary) / "work.sqlite")
        chosen = drawn(items, given.sample, Random(given.seed))
        every, tried, survived = Counter[str](), Counter[str](), Counter[str]()
        every.update(str(item.mutations[0].module_path) for item in items)
        for item in chosen:
            module = str(item.mutations[0].module_path)
            tried[module] += 1
            diff = survives(item, cases)
            if diff is not None:
                survived[module] += 1
                print(diff, flush=True)
        print("| module | mutants | tried | survived |\n|---|---:|---:|---:|")
        for module in every:
            name = module.removeprefix(f"{ENGINE}/")
            print(f"| {name} | {every[module]} | {tried[module]} | {survived[module]} |")
        print(f"| all | {every.total()} | {tried.total()} | {survived.total()} |")


if __name__ == "__main__":
    main()
