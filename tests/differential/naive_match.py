"""Matching of patterns, variables, conditions and principals, straight from clauses B and C.

Three values: ``True``, ``False`` and ``None`` for "not known". Slow on purpose.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.differential.naive_grammar import OPERATOR, VARIABLE, as_list

Tri = bool | None
Token = tuple[str, bool]
"""One character of a pattern and whether it is a wildcard."""
UNKNOWN_KEY = "unknown"


def all_of(values: Iterable[Tri]) -> Tri:
    """Kleene's and: false wins, then not known."""
    seen = set(values)
    return False if False in seen else None if None in seen else True


def any_of(values: Iterable[Tri]) -> Tri:
    """Kleene's or: true wins, then not known."""
    seen = set(values)
    return True if True in seen else None if None in seen else False


def negate(value: Tri) -> Tri:
    """Kleene's not."""
    return None if value is None else not value


@dataclass(frozen=True, slots=True)
class Context:
    """The request context, and whether the document at hand knows variables (A2)."""

    values: dict[str, Any]
    unknown: frozenset[str]
    variables: bool = True

    def lookup(self, key: str) -> list[str] | None:
        """The values of a key, none when it is absent (C2); ``None`` when not known (E4)."""
        if key.lower() in {name.lower() for name in self.unknown}:
            return None
        found = [as_list(v) for name, v in self.values.items() if name.lower() == key.lower()]
        if len(found) > 1:
            return None
        return [as_text(value) for value in found[0]] if found else []


def as_text(value: Any) -> str:
    """JSON booleans and numbers equal their text (C7)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def literal(text: str) -> list[Token]:
    """Text in which ``*`` and ``?`` mean themselves."""
    return [(char, False) for char in text]


def pattern(text: str) -> list[Token]:
    """Text in which ``*`` and ``?`` are wildcards."""
    return [(char, char in "*?") for char in text]


def glob(tokens: list[Token], text: str) -> bool:
    """B1: ``*`` any run of characters, also empty; ``?`` exactly one."""
    reached = {0}
    for char, wild in tokens:
        if wild and char == "*":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            same = {i for i in reached if i < len(text) and (wild or text[i] == char)}
            reached = {i + 1 for i in same}
    return len(text) in reached


def resolutions(body: str, context: Context, wild: bool) -> list[list[Token] | str | None]:
    """B4, C4, E4: what one variable may stand for; ``None`` for nothing at all."""
    if body in ("*", "?", "$"):
        return [literal(body)]
    key, comma, rest = body.partition(",")
    default: list[list[Token] | str | None] = [None]
    if comma:
        text = rest.strip()[1:-1]
        default = [literal(text), *([pattern(text)] if wild else [])]
    values = context.lookup(key)
    if values is None or len(values) > 1:
        return [UNKNOWN_KEY]
    if not values:
        return default
    return [literal(values[0]), *([] if values[0] else default)]


def value_matches(
    text: str, context: Context, wild: bool, match: Callable[[list[Token], bool], Tri]
) -> Tri:
    """Whether a policy value matches, in every reading of its variables (A2, B4, C8, E4)."""
    tokenise = pattern if wild else literal
    pieces = VARIABLE.split(text) if context.variables else [text]
    choices = [
        resolutions(piece, context, wild) if odd else [tokenise(piece)]
        for piece, odd in zip(pieces, itertools.cycle((False, True)), strict=False)
    ]
    answers: set[Tri] = set()
    for choice in itertools.product(*choices):
        if None in choice:
            answers.add(False)
            continue
        open_ended = UNKNOWN_KEY in choice
        tokens: list[Token] = []
        for part in choice:
            tokens += [("*", True)] if isinstance(part, str) else part or []
        answer = match(tokens, open_ended)
        answers.add(None if open_ended and answer else answer)
    return answers.pop() if len(answers) == 1 else None


def action_matches(text: str, action: str) -> bool:
    """B1: prefix and name as one text, case ignored."""
    return glob(pattern(text.lower()), action.lower())


def resource_matches(text: str, resource: str, context: Context, kind: str) -> Tri:
    """B2, B4, B9, B10."""

    def match(tokens: list[Token], open_ended: bool) -> Tri:
        as_written = glob(tokens, resource)
        missing = 5 - sum(token == (":", False) for token in tokens)
        if text.startswith("arn:") and missing > 0:
            completed = glob(tokens + [(c, c == "*") for c in ":*" * missing], resource)
            certain = as_written or not completed or kind in ("identity", "boundary")
            return (as_written or completed) if certain else None
        if not text.startswith("arn:") and set(text) != {"*"}:
            return None if as_written else False
        return as_written

    answer = value_matches(text, context, True, match)
    early = context.variables and any(
        VARIABLE.sub("", text[: found.start()]).count(":") < 5 for found in VARIABLE.finditer(text)
    )
    return None if answer and early else answer


def condition_holds(block: dict[str, Any], context: Context) -> Tri:
    """C1: operators and keys are ANDed."""
    return all_of(
        operator_holds(name, key, as_list(values), context)
        for name, keys in block.items()
        for key, values in keys.items()
    )


def operator_holds(name: str, key: str, listed: list[Any], context: Context) -> Tri:
    """C1, C3, C6, C11, C17: one operator on one key."""
    parsed = OPERATOR.fullmatch(name)
    assert parsed is not None
    texts = [as_text(value) for value in listed]
    values = context.lookup(key)
    if values is None or not texts:
        return None
    if parsed["null"]:
        absent = None if values == [""] else not values
        return any_of(absent if t.lower() == "true" else negate(absent) for t in texts)
    base, quantifier = parsed["base"], parsed["set"]
    negated = "Not" in base

    def one(value: str) -> Tri:
        hits = [compare(base, text, value, context) for text in texts]
        if negated:
            return negate(any_of(None if hit == "bad" else hit for hit in hits))
        return any_of(False if hit == "bad" else hit for hit in hits)

    if quantifier == "ForAllValues:" and values in ([], [""]):
        return True
    if not values:
        return bool(parsed["exists"]) or (negated and quantifier is None)
    if quantifier == "ForAllValues:":
        return all_of(map(one, values))
    if quantifier == "ForAnyValue:":
        return any_of(map(one, values))
    if len(values) == 1:
        return one(values[0])
    none_hit = all(one(value) is negated for value in values)
    return negated if none_hit else None


def compare(base: str, text: str, value: str, context: Context) -> Any:
    """C4, C12-C16: policy value against request value, positively; ``"bad"``: not comparable."""
    if base.startswith("String"):
        if "IgnoreCase" in base:
            lower = value.lower()
            return value_matches(text, context, False, lambda t, _: glob(_lower(t), lower))
        return value_matches(text, context, "Like" in base, lambda t, _: glob(t, value))
    if base.startswith("Arn"):
        return value_matches(text, context, True, lambda t, wide: arn_matches(t, value, wide))
    if base == "Bool":
        pair = {text.lower(), value.lower()}
        return len(pair) == 1 if pair <= {"true", "false"} else None
    if base == "BinaryEquals":
        return _decoded(text) == _decoded(value) is not None
    if base.endswith("IpAddress"):
        return _in_network(text, value)
    read: Callable[[str], Any] = number if base.startswith("Numeric") else moment
    left, right = read(value), read(text)
    if left is None or right is None:
        return "bad"
    order = base.removeprefix("Numeric").removeprefix("Date")
    answers = {
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }
    return answers.get(order, left == right)


def _lower(tokens: list[Token]) -> list[Token]:
    return [(low, wild) for char, wild in tokens for low in char.lower()]


def arn_matches(tokens: list[Token], value: str, wide: bool) -> Tri:
    """C5: part by part; with fewer than six parts the answer is open."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token == (":", False) and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(token)
    if wide:
        return glob(tokens, value)
    if len(parts) < 6:
        return None if glob(tokens, value) else False
    found = value.split(":", 5)
    return len(found) == 6 and all(map(glob, parts, found))


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _in_network(text: str, value: str) -> bool | str:
    if not re.fullmatch(r"[^/]+(/[0-9]+)?", text):
        return "bad"
    try:
        network = ipaddress.ip_network(text, strict=False)
        address = ipaddress.ip_address(value)
    except ValueError:
        return "bad"
    return address in network


def number(text: str) -> Decimal | None:
    """C12: an integer or a decimal fraction."""
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else None


def moment(text: str) -> Decimal | None:
    """C13: epoch seconds, or a date of ISO 8601 with or without time and offset; UTC else."""
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return Decimal(text)
    shape = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?"
    if not re.fullmatch(shape, text, re.ASCII):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    since = read - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(since.microseconds) / 10**6
