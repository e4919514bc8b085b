"""Which of many ARNs a pattern matches, without trying each.

The ARNs of a matrix are few beginnings times few ends: Regions times models. Each is cut behind its
fourth colon, and a pattern is cut at every place where that cut can fall. A beginning and an end
belong to a match together exactly if both halves of the pattern match, each its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.evaluate.target_set import set_of, united

_MOST_CUTS = 40
"""Patterns with more places are tried on every ARN: halving them again and again costs more."""

_PLACE = re.compile(r"[:*?]")
_WILDCARD = re.compile(r"[*?]")


class ArnIndex:
    """Resources, found by pattern."""

    def __init__(self, resources: Sequence[str]) -> None:
        self._resources = resources
        cuts = [_cut(resource) for resource in resources]
        self._heads = _Texts([text[:at] for text, at in zip(resources, cuts, strict=True)])
        self._tails = _Texts([text[at:] for text, at in zip(resources, cuts, strict=True)])
        self._found: dict[str, int] = {}

    def matching(self, pattern: str) -> int:
        """The resources that a pattern without variables matches."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self._matching(pattern)
        return found

    def _matching(self, pattern: str) -> int:
        places = [place.start() for place in _PLACE.finditer(pattern)]
        if len(places) > _MOST_CUTS:
            match = compile_glob(pattern)
            size = len(self._resources)
            return set_of((n for n, text in enumerate(self._resources) if match(text)), size)
        heads = self._heads.matching("")
        result = heads and heads & self._tails.matching(pattern)
        for at in places:
            heads = self._heads.matching(pattern[: at + 1])
            if heads:
                # a star may match on both sides of the cut
                rest = pattern[at if pattern[at] == "*" else at + 1 :]
                result |= heads & self._tails.matching(rest)
        return result


def _cut(resource: str) -> int:
    """The place behind the fourth colon; 0 where there is none."""
    parts = resource.split(":", 4)
    return len(resource) - len(parts[4]) if len(parts) == 5 else 0


class _Texts:
    """Beginnings or ends of resources, each with the set of those that have it."""

    def __init__(self, texts: Sequence[str]) -> None:
        members: dict[str, list[int]] = {}
        for position, text in enumerate(texts):
            members.setdefault(text, []).append(position)
        self._sets = {text: set_of(found, len(texts)) for text, found in members.items()}
        self._all = "\n".join(members)
        self._found: dict[str, int] = {}

    def matching(self, pattern: str) -> int:
        """The resources whose part a pattern matches."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self._matching(pattern)
        return found

    def _matching(self, pattern: str) -> int:
        if not all(piece in self._all for piece in _WILDCARD.split(pattern)):
            return 0
        match = compile_glob(pattern)
        return united([bits for text, bits in self._sets.items() if match(text)])
