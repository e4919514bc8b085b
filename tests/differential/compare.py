"""Comparison of the two evaluators, and the shrinking of a case on which they differ."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Case = dict[str, Any]
Evaluator = Callable[[Case], dict[str, Any]]


def difference(case: Case, one: Evaluator, other: Evaluator) -> str | None:
    """What kind of difference two evaluators have on a case; ``None`` when they agree."""
    return difference_of(one(case), other(case))


def difference_of(left: dict[str, Any], right: dict[str, Any]) -> str | None:
    """The kind of difference between two answers, the gravest first.

    ``contradiction`` is two certain verdicts, one allowing and one denying; ``certainty`` one
    unknown verdict; ``word`` implicit against explicit; then the layers and ``blocked_by``.
    """
    verdicts = {left["verdict"], right["verdict"]}
    if len(verdicts) > 1:
        if "Unknown" in verdicts or "error" in verdicts:
            return "certainty"
        return "contradiction" if "Allowed" in verdicts else "word"
    for name in left["layers"]:
        if left["layers"][name] != right["layers"][name]:
            return f"layer {name}"
    return "blocked_by" if left["blocked_by"] != right["blocked_by"] else None


def shrink(case: Case, still_differs: Callable[[Case], bool]) -> Case:
    """The smallest case that parts can be dropped to while it still differs in the same way."""
    best = case
    while smaller := next((c for c in _reductions(best) if still_differs(c)), None):
        best = smaller
    return best


def _reductions(case: Case) -> Iterator[Case]:
    for path in list(_paths(case)):
        reduced = copy.deepcopy(case)
        holder: Any = reduced
        for step in path[:-1]:
            holder = holder[step]
        if len(path) == 1:
            if path[0] in ("id", "request") or holder[path[0]] in (None, []):
                continue
            holder[path[0]] = [] if isinstance(holder[path[0]], list) else None
        elif _is_droppable(path, holder):
            del holder[path[-1]]
        else:
            continue
        yield reduced


def _is_droppable(path: tuple[Any, ...], holder: Any) -> bool:
    """Items of longer lists, conditions and context: what leaves a document well formed."""
    if isinstance(holder, list):
        outer = path[0].endswith(("_policies", "_levels")) and len(path) < 4
        return outer or len(holder) > 1
    inside = path[:-1] == ("request", "context") or "Condition" in path
    return inside or path == ("request", "unknown_keys")


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every droppable part, the largest first."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    below = [((*path, key), part) for key, part in parts]
    yield from (found for found, _ in below)
    for found, part in below:
        yield from _paths(part, found)
