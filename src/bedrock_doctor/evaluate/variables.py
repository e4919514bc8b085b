"""Policy variables: ``${key}``, ``${key, 'default'}``, ``${*}`` (clauses A2, B4, C8, E4).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

from bedrock_doctor.evaluate.glob import STAR, Token, tokens_of
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.policy_values import VARIABLE
from bedrock_doctor.model.request import Context

_SPECIAL = ("*", "?", "$")
SUPPORTED_VERSION = "2012-10-17"
_MOST_READINGS = 64
"""Beyond it a text that can be read in so many ways is taken as one that may say anything."""

Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A variable without a value: its key, and the unknown fact when nobody told it."""

    key: str
    fact: UnknownFact | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text with variables.

    Attributes:
        tokens: the text; what was filled in is literal, never a wildcard.
        is_open: whether a value is not known; a star stands for it.
    """

    tokens: Tokens
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Variable:
    key: str
    defaults: tuple[Tokens | None, ...]
    """What stands there when the key is absent: nothing at all, or the default; a wildcard in the
    default may or may not act as one."""

    def choices(self, context: Context) -> tuple[Tokens | None, ...]:
        """All that it may stand for: no value is None, an unknown value a star."""
        key = self.key.lower()
        values = context.values.get(key)
        if not values:
            if values is None and context.missing_fact(key) is not None:
                return ((STAR,),)
            return self.defaults
        if len(values) > 1:
            return ((STAR,),)
        # AWS leaves open whether an empty text is a value.
        return ((values[0],),) if values[0] else ((), *self.defaults)

    def is_open(self, context: Context) -> bool:
        """Whether its value is not known, or is several."""
        key = self.key.lower()
        values = context.values.get(key)
        if values is None:
            return context.missing_fact(key) is not None
        return len(values) > 1


@dataclass(frozen=True, slots=True)
class Template:
    """A policy value with variables.

    Attributes:
        parts: tokens of the literal text, and variables between them.
    """

    parts: tuple[Token | _Variable, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower-case context keys that it reads."""
        return tuple(part.key.lower() for part in self.parts if isinstance(part, _Variable))

    def readings(self, context: Context) -> tuple[Reading | None, ...]:
        """All ways to read the text in a request; None: it matches nothing.

        One way unless AWS leaves something open: an empty value, a wildcard in a default.
        """
        choices: list[tuple[Tokens | None, ...]] = []
        is_open = False
        for part in self.parts:
            if isinstance(part, _Variable):
                choices.append(part.choices(context))
                is_open = is_open or part.is_open(context)
            else:
                choices.append(((part,),))
        nothing = any(None in choice for choice in choices)
        some = [tuple(tokens for tokens in choice if tokens is not None) for choice in choices]
        if prod(map(len, some)) > _MOST_READINGS:
            is_open = True
            some = [choice if len(choice) == 1 else ((STAR,),) for choice in some]
        found: list[Reading | None] = [
            Reading(tuple(token for tokens in way for token in tokens), is_open)
            for way in product(*some)
        ]
        return (*found, None) if nothing else tuple(found)

    def unresolved(self, context: Context) -> Unresolved | None:
        """The first variable without a value of its own and without a default."""
        for part in self.parts:
            if not isinstance(part, _Variable):
                continue
            key = part.key.lower()
            values = context.values.get(key)
            fact = context.missing_fact(key) if values is None else None
            empty = values is None or len(values) != 1
            if empty and (fact is not None or None in part.defaults):
                return Unresolved(part.key, fact)
        return None


def template_of(text: str, version: str, *, wildcards: bool) -> Template | None:
    """The template of a policy value, or None when it holds no variable.

    Args:
        text: the value as written; its variables are well formed.
        version: the policy's Version; variables exist since 2012-10-17 only.
        wildcards: whether ``*`` and ``?`` in the literal text are wildcards.
    """
    if "${" not in text or version != SUPPORTED_VERSION:
        return None
    parts: list[Token | _Variable] = []
    for number, piece in enumerate(VARIABLE.split(text)):
        if number % 2 == 0:
            parts += _literal(piece, wildcards)
        elif piece in _SPECIAL:
            parts.append(piece)
        else:
            parts.append(_variable(piece, wildcards))
    return Template(tuple(parts))


def _variable(body: str, wildcards: bool) -> _Variable:
    key, comma, rest = body.partition(",")
    if not comma:
        return _Variable(key, (None,))
    default = rest.strip()[1:-1]
    plain: Tokens = (default,) if default else ()
    readings = dict.fromkeys((plain, _literal(default, wildcards)))
    return _Variable(key, tuple(readings))


def _literal(text: str, wildcards: bool) -> Tokens:
    if not text:
        return ()
    return tokens_of(text) if wildcards else (text,)


def text_of(tokens: Tokens) -> str:
    """The tokens as people read them."""
    return "".join(token if isinstance(token, str) else token.sign for token in tokens)
