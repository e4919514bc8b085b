"""The layers' answers combined to the answer of the request (clauses D1-D8, E2)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bedrock_doctor.evaluate.outcome_set import (
    ABSENT,
    ALLOWED,
    EXPLICIT,
    IMPLICIT,
    outcome,
    outcomes,
)
from bedrock_doctor.model.trace import Decision, PolicyLayer


class Masks(NamedTuple):
    """What each layer leaves open, and how the layers depend on each other.

    Attributes:
        identity, boundary, session, resource, scp, rcp, endpoint: sets of outcomes.
        resource_required: without an Allow there the request fails: other accounts, trust policies.
        identity_optional: an Allow of the resource-based policy alone suffices: same account.
        grant_replaces_identity: the resource-based policy certainly grants to the caller itself.
        grant_passes_limits: that grant is not limited by implicit denials of boundary and session.
        grant_possible: it may grant so, depending on what is not known.
        barred: the principal may not make this request whatever the policies say.
    """

    identity: int
    boundary: int
    session: int
    resource: int
    scp: int
    rcp: int
    endpoint: int
    resource_required: bool
    identity_optional: bool = False
    grant_replaces_identity: bool = False
    grant_passes_limits: bool = False
    grant_possible: bool = False
    barred: bool = False

    def layers(self) -> tuple[tuple[PolicyLayer, int], ...]:
        """The layers in the order in which they are reported."""
        return (
            (PolicyLayer.IDENTITY, self.identity),
            (PolicyLayer.BOUNDARY, self.boundary),
            (PolicyLayer.SESSION, self.session),
            (PolicyLayer.RESOURCE, self.resource),
            (PolicyLayer.SCP, self.scp),
            (PolicyLayer.RCP, self.rcp),
            (PolicyLayer.ENDPOINT, self.endpoint),
        )


_LIMITS = (PolicyLayer.BOUNDARY, PolicyLayer.SESSION)


def _needed(masks: Masks) -> dict[PolicyLayer, int]:
    """The layers whose Allow the request needs, given the certain grants."""
    needed = {layer: mask for layer, mask in masks.layers() if mask != ABSENT}
    if masks.grant_replaces_identity:
        needed.pop(PolicyLayer.IDENTITY, None)
        if masks.grant_passes_limits:
            for layer in _LIMITS:
                needed.pop(layer, None)
    if not masks.resource_required:
        needed.pop(PolicyLayer.RESOURCE, None)
    return needed


@lru_cache(maxsize=65536)
def combine(masks: Masks) -> Decision:
    """The decision for one combination of layer answers."""
    every = masks.layers()
    layers = tuple((layer, outcome(mask)) for layer, mask in every)
    explicit = [layer for layer, mask in every if mask == EXPLICIT]
    needed = _needed(masks)
    lacking = [layer for layer, mask in needed.items() if not mask & ALLOWED]
    if masks.identity_optional and PolicyLayer.RESOURCE in lacking:
        # A grant to the caller itself would do, so the identity policies need not change.
        lacking = [layer for layer in lacking if layer is not PolicyLayer.IDENTITY]
    if masks.barred:
        lacking = sorted({*lacking, PolicyLayer.IDENTITY}, key=list(PolicyLayer).index)
    blocked = tuple(layer for layer, mask in every if layer in explicit or layer in lacking)
    possible = _possible(masks, needed, bool(explicit))
    verdict = outcome(possible)
    return Decision(verdict, layers, blocked if verdict.denies else (), outcomes(possible))


def _possible(masks: Masks, needed: dict[PolicyLayer, int], explicit: bool) -> int:
    if explicit:
        return EXPLICIT
    if masks.barred:
        return IMPLICIT
    result = ABSENT
    if any(mask & EXPLICIT for _, mask in masks.layers()):
        result |= EXPLICIT
    optional = {PolicyLayer.IDENTITY, *_LIMITS} if masks.grant_possible else set()
    if all(mask & ALLOWED for layer, mask in needed.items() if layer not in optional):
        result |= ALLOWED
    if any(mask & IMPLICIT for mask in needed.values()):
        result |= IMPLICIT
    return result or IMPLICIT
