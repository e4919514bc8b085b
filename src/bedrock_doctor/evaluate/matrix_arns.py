"""Which of many ARNs a pattern matches, without trying each.

The ARNs of a matrix are few beginnings times few ends: Regions times models. Each is cut behind its
fourth colon, and a pattern is cut at every place where that cut can fall. A beginning and an end
belong to a match together exactly if both halves of the pattern match, each its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import or_

from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.evaluate.target_set import set_of, united

_MOST_CUTS = 40
"""Patterns with more places are tried on every ARN: halving them again and again costs more."""

_COLONS = 4
"""ARNs are cut behind this many: the resource's account and name are their ends."""

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
        if sum(map(pattern.count, ":*?")) > _MOST_CUTS:
            match = compile_glob(pattern)
            size = len(self._resources)
            return set_of((n for n, text in enumerate(self._resources) if match(text)), size)
        heads = self._heads.matching("")
        result = heads and heads & self._tails.matching(pattern)
        colons, wild = 0, False
        for place in _PLACE.finditer(pattern):
            at, sign = place.start(), place[0]
            colons += sign == ":"
            wild |= sign != ":"
            if colons > _COLONS:
                break
            if colons < _COLONS and not wild:
                continue
            heads = self._heads.matching(pattern[: at + 1])
            if heads:
                # a star may match on both sides of the cut
                rest = pattern[at if sign == "*" else at + 1 :]
                result |= heads & self._tails.matching(rest)
        return result


def _cut(resource: str) -> int:
    """The place behind the fourth colon; 0 where there is none."""
    parts = resource.split(":", _COLONS)
    return len(resource) - len(parts[-1]) if len(parts) > _COLONS else 0


class _Texts:
    """Beginnings or ends of resources, each with the set of those that have it.

    Attributes:
        texts: sorted, each once.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        members: dict[str, list[int]] = {}
        for position, text in enumerate(texts):
            members.setdefault(text, []).append(position)
        self.texts = tuple(sorted(members))
        self._sets = {text: set_of(members[text], len(texts)) for text in self.texts}
        self._up_to = tuple(accumulate(self._sets.values(), or_, initial=0))
        self._all = "\n".join(self.texts)
        self._found: dict[str, int] = {}

    def matching(self, pattern: str) -> int:
        """The resources whose part a pattern matches."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self._matching(pattern)
        return found

    def _matching(self, pattern: str) -> int:
        literals = _WILDCARD.split(pattern)
        if len(literals) == 1:
            return self._sets.get(pattern, 0)
        if not all(literal in self._all for literal in literals):
            return 0
        if len(literals) == 2 and pattern[-1] == "*":
            return self._starting(literals[0])
        match = compile_glob(pattern)
        return united([bits for text, bits in self._sets.items() if match(text)])

    def _starting(self, start: str) -> int:
        first = bisect_left(self.texts, start)
        last = bisect_right(self.texts, start, first, key=lambda text: text[: len(start)])
        return self._up_to[last] ^ self._up_to[first]
