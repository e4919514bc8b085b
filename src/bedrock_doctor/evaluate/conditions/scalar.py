"""Bool and BinaryEquals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
"""

from __future__ import annotations

import base64
import binascii

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token
from bedrock_doctor.evaluate.tristate import NO
from bedrock_doctor.evaluate.variables import text_of


def _boolean(operator: str, tokens: tuple[Token, ...]) -> Test:
    wanted = text_of(tokens).lower()
    if wanted not in ("true", "false"):
        return lambda value: NO
    return lambda value: int(value.lower() == wanted)


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
