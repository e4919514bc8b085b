"""ARN operators: six parts, each compared on its own (clause C5).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token, compile_tokens
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES

_PARTS = 6


def _split(tokens: tuple[Token, ...]) -> list[list[Token]]:
    """Cuts tokens at the first five colons of their literal text."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        pieces = token.split(":", _PARTS - len(parts))
        parts[-1].append(pieces[0])
        parts += [[piece] for piece in pieces[1:]]
    return parts


def _arn(operator: str, tokens: tuple[Token, ...]) -> Test:
    parts = _split(tokens)
    if len(parts) < _PARTS:
        # AWS does not say what a pattern with fewer than six parts matches: nothing, or what a
        # plain wildcard would. Where the two readings differ the answer is open (clause C5).
        whole = compile_tokens(tokens)
        return lambda value: MAYBE if whole(value) else NO
    tests = [compile_tokens(part) for part in parts]

    def test(value: str) -> int:
        pieces = value.split(":", _PARTS - 1)
        if len(pieces) != _PARTS:
            return NO
        for matches, piece in zip(tests, pieces, strict=True):
            if not matches(piece):
                return NO
        return YES

    return test


ARN = Family(_arn, wildcards=True)
