"""What may be asked for, and which of it a difference of policies can touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bedrock_doctor.evaluate.conditions.block import CompiledCondition
from bedrock_doctor.evaluate.matrix import Target
from bedrock_doctor.evaluate.matrix_axes import Reading, readings
from bedrock_doctor.evaluate.target_set import united
from bedrock_doctor.evaluate.tristate import NO, YES
from bedrock_doctor.fix.differing import ConditionText, Differing, condition_text
from bedrock_doctor.model.request import Context
from bedrock_doctor.universe.targets import Asked

_READ = ("aws:requestedregion", "bedrock:inferenceprofilearn")
"""The keys of contexts by which entries are told apart."""
Entries = tuple[tuple[Target, Asked], ...]


class Offer:
    """Targets as sets, found by their ARN and by what their contexts say."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self._everything = (1 << len(entries)) - 1
        self._splits: dict[ConditionText, tuple[int, int]] = {}
        self._alike: dict[str, tuple[tuple[Context, int], ...]] = {}
        self._by_resource: dict[str, list[int]] = {}
        for position, (target, _) in enumerate(entries):
            self._by_resource.setdefault(target.resource, []).append(position)

    def reached(self, places: Iterable[Differing]) -> Entries:
        """The entries for which a difference can matter, in order."""
        found = {position for place in places for position in self._touched(place)}
        return tuple(self.entries[n] for n in sorted(found))

    def _touched(self, place: Differing) -> Iterator[int]:
        where = place.where(self._split, self._everything)
        within = f"{where:0{len(self.entries)}b}"[::-1]
        for name in self._by_resource if place.named is None else place.named:
            members = [n for n in self._by_resource.get(name, ()) if within[n] == "1"]
            asked = members if place.reads_context else members[:1]
            if any(place.names(name, self.entries[n][0].context) for n in asked):
                yield from members

    def _split(self, entry: CompiledCondition) -> tuple[int, int]:
        """The entries for which a condition holds, and those for which it does not."""
        if entry.templates or entry.key not in _READ:
            return 0, 0
        told = condition_text(entry)
        found = self._splits.get(told)
        if found is None:
            answers = [(entry.test(context), bits) for context, bits in self._alike_in(entry.key)]
            holds = united(bits for answer, bits in answers if answer == YES)
            fails = united(bits for answer, bits in answers if answer == NO)
            found = self._splits[told] = holds, fails
        return found

    def _alike_in(self, key: str) -> tuple[tuple[Context, int], ...]:
        """The entries divided by what their contexts say of a key: one context, and the set."""
        found = self._alike.get(key)
        if found is None:
            told: dict[Reading, tuple[Context, int]] = {}
            for position, (target, _) in enumerate(self.entries):
                (reading,) = readings(target.context, (key,))
                context, bits = told.get(reading, (target.context, 0))
                told[reading] = context, bits | 1 << position
            found = self._alike[key] = tuple(told.values())
        return found
