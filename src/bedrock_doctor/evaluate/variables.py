"""Policy variables: ``${key}``, ``${key, 'default'}``, ``${*}`` (clauses A2, B4, C8).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_doctor.evaluate.glob import Token, tokens_of
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.request import Context

_VARIABLE = re.compile(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_SPECIAL = ("*", "?", "$")
SUPPORTED_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A variable without a value: its key, and the unknown fact when nobody told it."""

    key: str
    fact: UnknownFact | None


@dataclass(frozen=True, slots=True)
class _Variable:
    key: str
    default: str | None


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

    def resolve(self, context: Context) -> tuple[Token, ...] | Unresolved:
        """Fills in the request's values; what is filled in is literal, never a wildcard.

        A key with several values has no single value to fill in and counts as unresolved.
        """
        filled: list[Token] = []
        for part in self.parts:
            if not isinstance(part, _Variable):
                filled.append(part)
                continue
            key = part.key.lower()
            values = context.values.get(key)
            if values is not None and len(values) == 1:
                filled.append(values[0])
                continue
            fact = context.missing_fact(key) if values is None else None
            if fact is not None or part.default is None:
                return Unresolved(part.key, fact)
            filled.append(part.default)
        return tuple(filled)


def template_of(text: str, version: str, *, wildcards: bool) -> Template | None:
    """The template of a policy value, or None when it holds no variable.

    Args:
        text: the value as written.
        version: the policy's Version; variables exist since 2012-10-17 only.
        wildcards: whether ``*`` and ``?`` in the literal text are wildcards.
    """
    if "${" not in text or version != SUPPORTED_VERSION:
        return None
    parts: list[Token | _Variable] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        parts += _literal(text[at : found.start()], wildcards)
        key, default = found[1], found[2]
        parts.append(key if key in _SPECIAL and default is None else _Variable(key, default))
        at = found.end()
    if at == 0:
        return None
    return Template((*parts, *_literal(text[at:], wildcards)))


def _literal(text: str, wildcards: bool) -> tuple[Token, ...]:
    if not text:
        return ()
    return tokens_of(text) if wildcards else (text,)


def text_of(tokens: tuple[Token, ...]) -> str:
    """The tokens as people read them."""
    return "".join(token if isinstance(token, str) else token.sign for token in tokens)
