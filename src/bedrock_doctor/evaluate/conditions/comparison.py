"""What every operator family offers: a test of one request value against one policy value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_doctor.evaluate.glob import Token

Test = Callable[[str], int]
"""Answers YES, NO or MAYBE for one value of the request."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of operators.

    Attributes:
        compile: makes the test for one policy value of an operator, given as its tokens.
        wildcards: whether ``*`` and ``?`` in policy values are wildcards.
    """

    compile: Callable[[str, tuple[Token, ...]], Test]
    wildcards: bool = False
