"""The layers' answers combined to the answer of the request (clauses D1-D16, E2)."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from bedrock_doctor.evaluate.layers.resource import Reach
from bedrock_doctor.evaluate.outcome_set import (
    ABSENT,
    ALLOWED,
    EXPLICIT,
    IMPLICIT,
    outcome,
    outcomes,
)
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of, any_of
from bedrock_doctor.model.trace import Decision, PolicyLayer


class Sides(IntEnum):
    """Whose Allow a request needs, beside that of control and endpoint policies."""

    EITHER = 0
    """One account: identity policies, or a resource-based policy that names the caller."""
    BOTH = 1
    """Two accounts, or a root user that wants to assume a role."""
    RESOURCE = 2
    """The caller has no policies of its own: the resource-based policy alone."""


class Masks(NamedTuple):
    """What each layer leaves open, and how the layers depend on each other.

    Attributes:
        identity, boundary, session, resource, scp, rcp, endpoint: sets of outcomes.
        sides: whose Allow is needed.
        must_allow: the resource is reached only if its own policy allows: roles, KMS keys.
        by_role: the caller is a role or one of its sessions.
        reach: how the resource-based policy names the caller.
    """

    identity: int
    boundary: int
    session: int
    resource: int
    scp: int
    rcp: int
    endpoint: int
    sides: Sides
    must_allow: bool
    by_role: bool
    reach: Reach

    def layers(self) -> tuple[tuple[PolicyLayer, int], ...]:
        """The layers in the order in which they are reported."""
        return tuple(zip(PolicyLayer, self[:7], strict=True))


IDENTITY, BOUNDARY, SESSION, RESOURCE, SCP, RCP, ENDPOINT = range(0, 21, 3)
"""Where the set of each layer begins in a packed combination."""
_SIDES, _MUST_ALLOW, _BY_ROLE, _ITSELF, _ROLE, _EVERYONE = 21, 23, 24, 25, 27, 29
BY_ROLE = 1 << _BY_ROLE
_RESOURCE = tuple(PolicyLayer).index(PolicyLayer.RESOURCE)


def flags(sides: Sides, must_allow: bool, by_role: bool, reach: Reach) -> int:
    """The part of a packed combination behind the sets of the layers."""
    named = reach.itself << _ITSELF | reach.role << _ROLE | reach.everyone << _EVERYONE
    return sides << _SIDES | must_allow << _MUST_ALLOW | by_role << _BY_ROLE | named


def unpack(packed: int) -> Masks:
    """The combination that one number stands for."""
    sets = [packed >> place & 7 for place in range(0, _SIDES, 3)]
    reach = Reach(packed >> _ITSELF & 3, packed >> _ROLE & 3, packed >> _EVERYONE & 3)
    must_allow, by_role = bool(packed >> _MUST_ALLOW & 1), bool(packed >> _BY_ROLE & 1)
    return Masks._make((*sets, Sides(packed >> _SIDES & 3), must_allow, by_role, reach))


@lru_cache(maxsize=65536)
def combine(packed: int) -> Decision:
    """The decision for one combination of layer answers, packed into a number."""
    masks = unpack(packed)
    layers = tuple((layer, outcome(mask)) for layer, mask in masks.layers())
    possible = _possible(masks)
    verdict = outcome(possible)
    blocked = _blockers(masks) if verdict.denies else ()
    return Decision(verdict, layers, blocked, outcomes(possible))


def _possible(masks: Masks) -> int:
    """The outcomes of the request that the layers leave open."""
    sets = masks[:7]
    if EXPLICIT in sets:
        return EXPLICIT
    granted = is_granted(masks)
    result = {YES: ALLOWED, NO: IMPLICIT, MAYBE: ALLOWED | IMPLICIT}[granted]
    return result | EXPLICIT if any(mask & EXPLICIT for mask in sets) else result


def _allows(mask: int) -> int:
    """Whether a layer holds a matching Allow; one that does not apply lacks none."""
    if mask == ABSENT:
        return YES
    if not mask & ALLOWED:
        return NO
    return MAYBE if mask & IMPLICIT else YES


def is_granted(masks: Masks) -> int:
    """Whether all that must allow does allow, explicit denials aside."""
    own = _allows(masks.identity)
    limits = all_of((_allows(masks.boundary), _allows(masks.session)))
    walls = all_of((_allows(masks.scp), _allows(masks.rcp), _allows(masks.endpoint)))
    theirs = NO if masks.resource == ABSENT else _allows(masks.resource)
    if masks.sides is Sides.RESOURCE:
        return all_of((theirs, walls))
    if masks.sides is Sides.BOTH:
        return all_of((own, limits, theirs, walls))
    reach = masks.reach
    core = (
        all_of((own, limits, theirs if masks.must_allow else YES)),
        reach.itself,
        all_of((reach.role, limits)),
        all_of((reach.everyone, YES if limits == YES else MAYBE)),
    )
    return all_of((any_of(core), walls))


def _blockers(masks: Masks) -> tuple[PolicyLayer, ...]:
    """The smallest set of layers that must change; of equal sets the first in order (D12)."""
    applying = [index for index, mask in enumerate(masks[:7]) if mask != ABSENT]
    denying = {index for index in applying if masks[index] == EXPLICIT}
    sets = (
        set(chosen)
        for size in range(len(denying), len(applying) + 1)
        for chosen in combinations(applying, size)
    )
    # there is one: a request whose layers all allow is allowed
    found = next(one for one in sets if denying <= one and is_granted(_opened(masks, one)) != NO)
    return tuple(layer for n, layer in enumerate(PolicyLayer) if n in found)


def _opened(masks: Masks, chosen: Collection[int]) -> Masks:
    """The same request where the chosen layers allow and deny nothing."""
    values = [ALLOWED if n in chosen else mask for n, mask in enumerate(masks[:7])]
    reach = masks.reach
    if _RESOURCE in chosen:
        reach = Reach(NO, YES, NO) if masks.by_role else Reach(YES, NO, NO)
    return Masks._make((*values, masks.sides, masks.must_allow, masks.by_role, reach))
