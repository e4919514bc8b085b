"""Sets of outcomes that missing evidence leaves open, as bit masks."""

from __future__ import annotations

from bedrock_doctor.model.trace import Outcome

ALLOWED = 1
IMPLICIT = 2
EXPLICIT = 4
ABSENT = 0
"""The layer does not bind the request."""

_BITS = {
    ALLOWED: Outcome.ALLOWED,
    IMPLICIT: Outcome.IMPLICITLY_DENIED,
    EXPLICIT: Outcome.EXPLICITLY_DENIED,
}
_OUTCOMES = {
    ABSENT: Outcome.NOT_APPLICABLE,
    ALLOWED: Outcome.ALLOWED,
    IMPLICIT: Outcome.IMPLICITLY_DENIED,
    EXPLICIT: Outcome.EXPLICITLY_DENIED,
    # Denied either way: which kind of denial is open, that it is one is not (clause E2).
    IMPLICIT | EXPLICIT: Outcome.IMPLICITLY_DENIED,
}


def outcome(possible: int) -> Outcome:
    """The one outcome of a set; UNKNOWN when it holds both an allow and a denial."""
    return _OUTCOMES.get(possible, Outcome.UNKNOWN)


def outcomes(possible: int) -> frozenset[Outcome]:
    """The members of a set."""
    return frozenset(value for bit, value in _BITS.items() if possible & bit)
