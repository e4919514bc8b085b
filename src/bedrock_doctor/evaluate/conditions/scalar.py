"""Bool and BinaryEquals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
"""

from __future__ import annotations

import base64
import binascii

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token
from bedrock_doctor.evaluate.tristate import MAYBE
from bedrock_doctor.evaluate.variables import text_of

_BOOLEANS = ("true", "false")


def _boolean(operator: str, tokens: tuple[Token, ...]) -> Test:
    wanted = text_of(tokens).lower()
    if wanted not in _BOOLEANS:
        return lambda value: MAYBE

    def test(value: str) -> int:
        given = value.lower()
        return int(given == wanted) if given in _BOOLEANS else MAYBE

    return test


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _binary(operator: str, tokens: tuple[Token, ...]) -> Test:
    wanted = _decoded(text_of(tokens))
    return lambda value: int(wanted is not None and _decoded(value) == wanted)


BOOL = Family(_boolean)
BINARY = Family(_binary)
