"""String operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
"""

from __future__ import annotations

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token, compile_tokens
from bedrock_doctor.evaluate.variables import text_of


def _equals(operator: str, tokens: tuple[Token, ...]) -> Test:
    wanted = text_of(tokens)
    if "IgnoreCase" in operator:
        folded = wanted.lower()
        return lambda value: int(value.lower() == folded)
    return lambda value: int(value == wanted)


def _like(operator: str, tokens: tuple[Token, ...]) -> Test:
    match = compile_tokens(tokens)
    return lambda value: int(match(value))


EQUALS = Family(_equals)
LIKE = Family(_like, wildcards=True)
