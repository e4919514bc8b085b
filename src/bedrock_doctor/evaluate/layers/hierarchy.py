"""Service and resource control policies, level by level (clauses D2, D3).

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.evaluate.outcome_set import ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.model.request import Request


def every_level_allows(levels: Sequence[PolicySet], request: Request) -> int:
    """SCPs: each level must hold an Allow, and none may deny."""
    masks = [level.possible(request) for level in levels]
    if EXPLICIT in masks:
        return EXPLICIT
    result = 0
    if all(mask & ALLOWED for mask in masks):
        result |= ALLOWED
    if any(mask & IMPLICIT for mask in masks):
        result |= IMPLICIT
    if any(mask & EXPLICIT for mask in masks):
        result |= EXPLICIT
    return result if result else IMPLICIT


def no_level_denies(levels: Sequence[PolicySet], request: Request) -> int:
    """RCPs: RCPFullAWSAccess is always attached, so only a Deny matters."""
    masks = [level.possible(request) for level in levels]
    if EXPLICIT in masks:
        return EXPLICIT
    return ALLOWED | EXPLICIT if any(mask & EXPLICIT for mask in masks) else ALLOWED
