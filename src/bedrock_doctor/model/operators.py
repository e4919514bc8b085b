"""The condition operators of IAM, as names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
BASE_OPERATORS = {
    name.lower(): name
    for name in (
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
    )
}
"""Lower-case name to AWS's spelling; operator names are compared without case."""

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


@lru_cache(maxsize=512)
def parse_operator(name: str) -> Operator | None:
    """Takes an operator apart; None when AWS knows no such operator."""
    rest = name.lower()
    quantifier = ""
    for prefix in ("ForAllValues", "ForAnyValue"):
        if rest.startswith(prefix.lower() + ":"):
            quantifier = prefix
            rest = rest[len(prefix) + 1 :]
    if_exists = rest.endswith("ifexists")
    base = BASE_OPERATORS.get(rest[: -len("ifexists")] if if_exists else rest)
    if base is None or (base == "Null" and (if_exists or quantifier)):
        return None
    return Operator(base, quantifier, if_exists)


def is_operator(name: str) -> bool:
    """Whether AWS knows the operator."""
    return parse_operator(name) is not None
