"""Sets of targets as the bits of an integer: bit n stands for the n-th target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bedrock_doctor.evaluate.authorize import of_one_account
from bedrock_doctor.evaluate.glob import Matcher, Token, compile_tokens
from bedrock_doctor.evaluate.matrix_axes import Reading, Target, readings
from bedrock_doctor.model.request import Context

PRINCIPAL_ARN = "aws:principalarn"


def bits_of(flags: Iterable[bool]) -> int:
    """The set of the positions at which a flag is set."""
    digits = "".join("1" if flag else "0" for flag in flags)
    return int(digits[::-1] or "0", 2)


def positions(bits: int) -> Iterator[int]:
    """The members of a set, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class TargetIndex:
    """The targets of a matrix, with the sets that policies divide them into.

    Attributes:
        targets: in order.
        everything: the set of all of them.
        accounts: the accounts that own some of them.
        groups: targets bound by the same policies and alike in what the engine itself reads, as a
            first member and the set.
    """

    def __init__(self, targets: tuple[Target, ...]) -> None:
        self.targets = targets
        self.everything = (1 << len(targets)) - 1
        self.accounts = frozenset(target.account for target in targets)
        self._resources = tuple(target.resource for target in targets)
        self._matching: dict[Matcher, int] = {}
        self._filled: dict[tuple[Token, ...], int] = {}
        self._contexts: dict[tuple[str, ...], tuple[tuple[Context, int], ...]] = {}
        self._together: dict[str | None, int] = {}
        self.groups = self._groups()

    def _groups(self) -> tuple[tuple[Target, int], ...]:
        numbers: dict[Any, int] = {}
        seen: dict[int, int] = {}

        def number(policies: Any) -> int:
            found = seen.get(id(policies))
            if found is None:
                found = seen[id(policies)] = numbers.setdefault(policies, len(numbers))
            return found

        members: dict[Any, list[int]] = {}
        for position, target in enumerate(self.targets):
            key = (
                number(target.policy),
                number(target.rcp),
                ":role/" in target.resource,
                readings(target.context, (PRINCIPAL_ARN,)),
            )
            members.setdefault(key, []).append(position)
        return tuple((self.targets[found[0]], self._set(found)) for found in members.values())

    def _set(self, members: list[int]) -> int:
        flags = bytearray(len(self.targets))
        for position in members:
            flags[position] = 1
        return bits_of(map(bool, flags))

    def matching(self, match: Matcher) -> int:
        """The targets whose ARN a pattern matches."""
        found = self._matching.get(match)
        if found is None:
            found = self._matching[match] = bits_of(map(match, self._resources))
        return found

    def filled(self, tokens: tuple[Token, ...]) -> int:
        """The targets whose ARN a pattern matches in which variables were filled in."""
        found = self._filled.get(tokens)
        if found is None:
            found = self._filled[tokens] = bits_of(map(compile_tokens(tokens), self._resources))
        return found

    def by_context(self, keys: tuple[str, ...]) -> tuple[tuple[Context, int], ...]:
        """The targets divided by what their contexts say of some keys: one context, and the set."""
        found = self._contexts.get(keys)
        if found is None:
            members: dict[tuple[Reading, ...], list[int]] = {}
            for position, target in enumerate(self.targets):
                members.setdefault(readings(target.context, keys), []).append(position)
            found = tuple(
                (self.targets[entries[0]].context, self._set(entries))
                for entries in members.values()
            )
            self._contexts[keys] = found
        return found

    def together(self, account: str) -> int:
        """The targets that count as of the caller's account."""
        known = account if account in self.accounts else None
        found = self._together.get(known)
        if found is None:
            found = bits_of(of_one_account(account, t.account, t.resource) for t in self.targets)
            self._together[known] = found
        return found
