"""All kinds of surprise, and the surprises of an audit."""

from __future__ import annotations

from bedrock_doctor.model.audit import Audit
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.kinds import (
    api_key_half_closed,
    api_key_usable,
    assumable_role_without_access,
    bedrock_on_everything,
    dead_principal_in_trust,
    foreign_account_with_access,
    foreign_trust_without_condition,
    half_blocked_profile,
    oidc_trust_without_subject,
    service_trust_without_source,
    trust_of_anybody,
)

KINDS: tuple[SurpriseKind, ...] = (
    trust_of_anybody.KIND,
    foreign_account_with_access.KIND,
    foreign_trust_without_condition.KIND,
    oidc_trust_without_subject.KIND,
    service_trust_without_source.KIND,
    bedrock_on_everything.KIND,
    half_blocked_profile.KIND,
    assumable_role_without_access.KIND,
    api_key_usable.KIND,
    api_key_half_closed.KIND,
    dead_principal_in_trust.KIND,
)
"""A closed list, what lets strangers in first."""

BY_SLUG = {kind.slug: kind for kind in KINDS}


def surprises_of(snapshot: Snapshot, audit: Audit) -> tuple[Surprise, ...]:
    """What is surprising about who can reach which model.

    Args:
        snapshot: what was collected.
        audit: who reaches what in it.

    Returns:
        By kind, the certain ones first, then by account, subject and place.
    """
    ground = Ground(snapshot, audit)
    found = []
    for kind in KINDS:
        found += sorted(kind.find(ground), key=_order)
    return tuple(found)


def _order(surprise: Surprise) -> tuple[object, ...]:
    place = surprise.place
    return (
        not surprise.certain,
        surprise.account,
        surprise.subject,
        place.pointer if place else "",
        surprise.concerned,
        surprise.summary,
    )
