"""The targets of a matrix, with the sets that policies divide them into."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from bedrock_doctor.evaluate.authorize import of_one_account
from bedrock_doctor.evaluate.glob import Token, compile_tokens
from bedrock_doctor.evaluate.layers.resource import is_key, is_role
from bedrock_doctor.evaluate.matrix_arns import ArnIndex
from bedrock_doctor.evaluate.matrix_axes import Reading, Target, readings
from bedrock_doctor.evaluate.target_set import divided, first, set_of, united
from bedrock_doctor.evaluate.variables import text_of
from bedrock_doctor.model.request import Context

READ_OF_CALLERS = ("aws:principalarn", "aws:userid")
"""The keys that the engine itself reads, to tell who asks."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Targets bound by the same policies and alike in what the engine itself reads of them.

    Attributes:
        number: position among the groups.
        first: one of them.
        members: the set of them.
        is_role: whether they are roles.
        is_key: whether they are KMS keys.
        names_caller: whether their contexts tell who asks.
    """

    number: int
    first: Target
    members: int
    is_role: bool
    is_key: bool
    names_caller: bool


class TargetIndex:
    """All targets.

    Attributes:
        targets: in order.
        everything: the set of all of them.
        accounts: the accounts that own some of them.
        groups: all of them, divided.
        naming: the groups whose contexts tell ``aws:PrincipalArn``.
    """

    def __init__(self, targets: tuple[Target, ...]) -> None:
        self.targets = targets
        self.everything = (1 << len(targets)) - 1
        self.accounts = frozenset(target.account for target in targets)
        self._arns = ArnIndex([target.resource for target in targets])
        self._filled: dict[tuple[Token, ...], int] = {}
        self._together: dict[str | None, int] = {}
        kinds = divided(len(targets), lambda position: id(targets[position].context))
        self._contexts = tuple((targets[first(bits)].context, bits) for bits in kinds)
        self._by_keys: dict[tuple[str, ...], tuple[tuple[Context, int], ...]] = {}
        said = [context for context, _ in self._contexts]
        self._keys = {key for context in said for key in (*context.values, *context.unknown)}
        self._prefixes = tuple({prefix for context in said for prefix in context.unknown_prefixes})
        self.groups = self._groups(said)
        self.naming = tuple(group for group in self.groups if group.names_caller)

    def _groups(self, contexts: Iterable[Context]) -> tuple[Group, ...]:
        numbers: dict[Hashable, int] = {}
        seen: dict[int, int] = {}

        def number(value: Hashable) -> int:
            found = seen.get(id(value))
            if found is None:
                found = seen[id(value)] = numbers.setdefault(value, len(numbers))
            return found

        callers = {id(context): readings(context, READ_OF_CALLERS) for context in contexts}

        def key(position: int) -> Hashable:
            target = self.targets[position]
            role = is_role(target.resource)
            # whose a role is decides whose identity providers are asked (clause B5)
            kind = role, target.account if role else None, is_key(target.resource)
            caller = callers[id(target.context)]
            return number(target.policy), number(target.rcp), kind, caller

        return tuple(
            self._group(number, bits) for number, bits in enumerate(divided(len(self.targets), key))
        )

    def _group(self, number: int, members: int) -> Group:
        one = self.targets[first(members)]
        names_caller = any(readings(one.context, READ_OF_CALLERS))
        role, key = is_role(one.resource), is_key(one.resource)
        return Group(number, one, members, role, key, names_caller)

    def silent_on(self, keys: Iterable[str]) -> bool:
        """Whether no target says anything of the keys, so that the caller alone counts."""
        return not any(key in self._keys or key.startswith(self._prefixes) for key in keys)

    def matching(self, pattern: str) -> int:
        """The targets whose ARN a pattern without variables matches."""
        return self._arns.matching(pattern)

    def filled(self, tokens: tuple[Token, ...]) -> int:
        """The targets whose ARN a pattern matches in which variables were filled in."""
        if not any(isinstance(token, str) and ("*" in token or "?" in token) for token in tokens):
            return self._arns.matching(text_of(tokens))
        found = self._filled.get(tokens)
        if found is None:
            match = compile_tokens(tokens)
            every = (n for n, target in enumerate(self.targets) if match(target.resource))
            found = self._filled[tokens] = set_of(every, len(self.targets))
        return found

    def by_context(self, keys: tuple[str, ...]) -> tuple[tuple[Context, int], ...]:
        """The targets divided by what their contexts say of some keys: one context, and the set."""
        found = self._by_keys.get(keys)
        if found is None:
            alike: dict[tuple[Reading, ...], tuple[Context, list[int]]] = {}
            for context, bits in self._contexts:
                alike.setdefault(readings(context, keys), (context, []))[1].append(bits)
            found = tuple((context, united(sets)) for context, sets in alike.values())
            self._by_keys[keys] = found
        return found

    def together(self, account: str) -> int:
        """The targets that count as of the caller's account."""
        known = account if account in self.accounts else None
        found = self._together.get(known)
        if found is None:
            every = (
                n
                for n, target in enumerate(self.targets)
                if of_one_account(account, target.account, target.resource)
            )
            found = self._together[known] = set_of(every, len(self.targets))
        return found
