"""The condition operators of IAM, as names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.remembered import of_short_texts

_COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
BASE_OPERATORS = frozenset(
    {
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        *("Numeric" + comparison for comparison in _COMPARISONS),
        *("Date" + comparison for comparison in _COMPARISONS),
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "Null",
    }
)
"""In AWS's spelling, the only one that we take for an operator (clause A7)."""

NEGATED = frozenset(
    {
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
        "NumericNotEquals",
        "DateNotEquals",
        "NotIpAddress",
        "ArnNotEquals",
        "ArnNotLike",
    }
)
"""Operators that are true when the key is absent."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator taken apart.

    Attributes:
        base: AWS's spelling without set prefix and ``IfExists``.
        quantifier: ``ForAllValues``, ``ForAnyValue`` or empty.
        if_exists: whether it ends in ``IfExists``.
    """

    base: str
    quantifier: str = ""
    if_exists: bool = False

    @property
    def negated(self) -> bool:
        """Whether it is true when the key is absent."""
        return self.base in NEGATED


def _parse(name: str) -> Operator | None:
    quantifier, colon, rest = name.rpartition(":")
    if colon and quantifier not in ("ForAllValues", "ForAnyValue"):
        return None
    if_exists = rest.endswith("IfExists")
    base = rest.removesuffix("IfExists")
    if base not in BASE_OPERATORS or (base == "Null" and (if_exists or quantifier)):
        return None
    return Operator(base, quantifier, if_exists)


parse_operator = of_short_texts(_parse, longest=64, most=512)
"""Takes an operator apart; None when AWS knows no such operator."""
