"""Service and resource control policies, level by level (clauses D2, D3).

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.policy_set import Answer, PolicySet
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.request import Request

OPEN = ALLOWED | IMPLICIT | EXPLICIT
NO_DENY = tuple(
    EXPLICIT if mask == EXPLICIT else ALLOWED | mask & EXPLICIT for mask in range(OPEN + 1)
)
"""The answer of RCPs by that of one level: an Allow is not asked for."""


def every_level_allows(
    levels: Sequence[PolicySet], whole: NotApplicable | Missing | None, action: str
) -> Answer:
    """SCPs: each level must hold an Allow, and none may deny.

    Args:
        levels: the policies of each level, root first.
        whole: why the hierarchy does not apply, or that it was not collected.
        action: in lower case.
    """
    if whole is not None:
        return OPEN if isinstance(whole, Missing) else ABSENT
    constant, functions = _split(levels, action)
    if EXPLICIT in constant:
        return EXPLICIT
    if not functions:
        return allow_everywhere(constant)
    if len(functions) == 1 and all(mask == ALLOWED for mask in constant):
        return functions[0]
    return lambda request: allow_everywhere([*constant, *(f(request) for f in functions)])


def no_level_denies(
    levels: Sequence[PolicySet], whole: NotApplicable | Missing | None, action: str
) -> Answer:
    """RCPs: RCPFullAWSAccess is always attached, so only a Deny matters. Arguments as above."""
    if whole is not None:
        return ALLOWED | EXPLICIT if isinstance(whole, Missing) else ABSENT
    constant, functions = _split(levels, action)
    if EXPLICIT in constant:
        return EXPLICIT
    if not functions:
        return _denied_nowhere(constant)
    if len(functions) == 1 and not any(mask & EXPLICIT for mask in constant):
        only = functions[0]
        return lambda request: NO_DENY[only(request)]
    return lambda request: _denied_nowhere([*constant, *(f(request) for f in functions)])


def _split(
    levels: Sequence[PolicySet], action: str
) -> tuple[list[int], list[Callable[[Request], int]]]:
    answers = [level.answer_to(action) for level in levels]
    constant = [answer for answer in answers if isinstance(answer, int)]
    return constant, [answer for answer in answers if not isinstance(answer, int)]


def allow_everywhere(masks: Sequence[int]) -> int:
    """The answer of all levels of SCPs together."""
    if EXPLICIT in masks:
        return EXPLICIT
    everywhere, anywhere = OPEN, 0
    for mask in masks:
        everywhere &= mask
        anywhere |= mask
    return (everywhere & ALLOWED) | (anywhere & (IMPLICIT | EXPLICIT))


def _denied_nowhere(masks: Sequence[int]) -> int:
    if EXPLICIT in masks:
        return EXPLICIT
    return ALLOWED | EXPLICIT if any(mask & EXPLICIT for mask in masks) else ALLOWED
