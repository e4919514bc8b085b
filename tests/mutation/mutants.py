"""The mutants of the engine that cosmic-ray can make, and the modules they are made of.

Not mutated, because no answer could change: annotations, decorators (caches) and aliases of types.
Nor is identity made equality: what is compared by identity is None or a member of an enumeration,
where they are the same. What is caught as an exception is not mutated either: cosmic-ray knows
single names only.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import cosmic_ray.plugins
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec

PACKAGE = Path("bedrock_doctor/evaluate")
"""The engine, below the directory of the sources."""
MODULES = (
    "glob.py",
    "patterns.py",
    "variables.py",
    "principals.py",
    "statement.py",
    "policy_set.py",
    "compile.py",
    "combine.py",
    "authorize.py",
    "tristate.py",
    "outcome_set.py",
    "cases.py",
    "case_problems.py",
    "explain.py",
    "near_miss.py",
    "conditions/block.py",
    "conditions/string.py",
    "conditions/arn.py",
    "conditions/numeric.py",
    "conditions/address.py",
    "conditions/scalar.py",
    "layers/identity.py",
    "layers/control_policies.py",
    "layers/hierarchy.py",
    "layers/resource.py",
    "target_set.py",
    "matrix.py",
    "matrix_arns.py",
    "matrix_axes.py",
    "matrix_layers.py",
    "matrix_rows.py",
    "matrix_sides.py",
    "matrix_statements.py",
    "matrix_targets.py",
)

_SILENT = ("RemoveDecorator", "ExceptionReplacer", "Operator_Is_Eq", "Operator_IsNot_NotEq")

Place = tuple[int, int]
"""Line and column."""


def mutants(engine: Path, names: list[str], database: Path) -> dict[str, list[MutationSpec]]:
    """All mutants of some modules that an answer can depend on, by module."""
    modules = [engine / name for name in names]
    with use_db(str(database), WorkDB.Mode.create) as work:
        init(modules, work, {})
        made = [item.mutations[0] for item in work.work_items]
    silent = {module: _silent(module) for module in modules}
    found: dict[str, list[MutationSpec]] = {name: [] for name in names}
    for mutation in made:
        module, at = mutation.module_path, tuple(mutation.start_pos)
        if mutation.operator_name.endswith(_SILENT):
            continue
        if not any(start <= at < end for start, end in silent[module]):
            found[module.relative_to(engine).as_posix()].append(mutation)
    return found


def drawn(found: dict[str, list[MutationSpec]], most: int, rng: Random) -> list[MutationSpec]:
    """At most so many mutants of each module, in random order; 0 takes all."""
    chosen = [
        mutation
        for made in found.values()
        for mutation in rng.sample(made, min(most or len(made), len(made)))
    ]
    rng.shuffle(chosen)
    return chosen


@contextmanager
def applied(mutation: MutationSpec) -> Iterator[str]:
    """A mutant on the disk, and its diff."""
    operator = cosmic_ray.plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
    with use_mutation(mutation.module_path, operator, mutation.occurrence) as (before, after):
        lines = difflib.unified_diff(
            before.splitlines(), after.splitlines(), str(mutation.module_path), "", lineterm="", n=1
        )
        yield "\n".join(lines)


def _silent(module: Path) -> list[tuple[Place, Place]]:
    """The places of a module that no answer depends on, from and to."""
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
