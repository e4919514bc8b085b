"""Mutants inside functions, put into an engine that is imported: only the code is exchanged."""

from __future__ import annotations

import gc
import warnings
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

Functions = dict[CodeType, list[FunctionType]]
Exchange = list[tuple[CodeType, CodeType]]


def functions_below(folder: Path) -> Functions:
    """Every function that lives and was read from a file of a folder, by its code."""
    found: Functions = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and Path(thing.__code__.co_filename).is_relative_to(
            folder
        ):
            found[thing.__code__].append(thing)
    return found


def caches() -> list[Any]:
    """All that remembers answers of functions, and can forget them."""
    return [thing for thing in gc.get_objects() if hasattr(type(thing), "cache_clear")]


def compiled(source: str, file: Path) -> CodeType | None:
    """The code of a module; None where the text is no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return compile(source, str(file), "exec")
    except SyntaxError:
        return None


def exchange(before: CodeType | None, after: CodeType, living: Functions) -> Exchange | None:
    """The codes of functions that a mutant of a module changes, old and new.

    None where that would not do: what runs on import is changed, or no function that lives.
    """
    pairs = list(_pairs(before, after))
    if any(old is None or new is None for old, new in pairs):
        return None
    changed = [(old, new) for old, new in pairs if old and new and _own(old) != _own(new)]
    if any(not old.co_flags & CO_OPTIMIZED for old, _ in changed):
        return None
    outer = [(old, new) for old, new in pairs if old and new and old != new and old in living]
    if any(len(old.co_freevars) != len(new.co_freevars) for old, new in outer):
        return None
    return outer or None


def put(codes: Exchange, living: Functions) -> None:
    """Gives the functions their new code."""
    for old, new in codes:
        for function in living[old]:
            function.__code__ = new


def _pairs(
    old: CodeType | None, new: CodeType | None
) -> Iterator[tuple[CodeType | None, CodeType | None]]:
    """Each code with its counterpart, from the module inwards; None where there is none."""
    yield old, new
    if old and new:
        for inner in zip_longest(_inner(old), _inner(new)):
            yield from _pairs(*inner)


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _own(code: CodeType) -> CodeType:
    """A code without those inside it."""
    own = tuple(None if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_consts=own)
