"""The way on which somebody comes furthest."""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.audit.questions import Nearest, nearest
from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.model.audit import Access, Audit
from bedrock_doctor.model.trace import PolicyLayer
from tests.audit.small import audit_of

A, B, H, U = Access.ALLOWED, Access.BLOCKED, Access.HALF_BLOCKED, Access.UNKNOWN
IDENTITY, SCP, BOUNDARY = PolicyLayer.IDENTITY, PolicyLayer.SCP, PolicyLayer.BOUNDARY
ROLES = {(0, 1): A, (0, 2): A}


def blocked(*walls: tuple[PolicyLayer, ...]) -> Audit:
    """Everybody is blocked everywhere; principal n by the n-th layers, others by identity."""
    found = audit_of([[B] * 3] * 4, ROLES)
    by = dict(enumerate(walls))
    return replace(
        found,
        classes=tuple(
            replace(entry, blocked_by=by.get(entry.principals[0], (IDENTITY,)))
            for entry in found.classes
        ),
    )


def roles_of(found: Nearest) -> tuple[int, ...]:
    return found.chain.roles if found.chain else ()


def test_a_way_that_passes_is_nearer_than_one_that_may() -> None:
    """Own before roles, allowed before unknown before half-blocked (our choice)."""
    cells = [[H, H, H], [U, B, B], [B, B, A], [B] * 3]
    found = nearest(Standings(audit_of(cells, ROLES)), 0)
    assert (found.route, found.access, roles_of(found)) == (2, A, (2,))


def test_a_role_that_is_allowed_and_denied_by_an_scp_is_nearer_than_a_missing_policy() -> None:
    """The caller's own permissions do not count behind a role:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html"""
    found = nearest(Standings(blocked((IDENTITY,), (IDENTITY, SCP), (SCP,))), 0)
    assert (found.access, roles_of(found)) == (B, (2,))


def test_of_ways_that_policies_allow_the_one_with_fewest_barriers_is_nearest() -> None:
    """One layer before two, own before a role with as many (our choice)."""
    assert roles_of(nearest(Standings(blocked((IDENTITY,), (BOUNDARY, SCP), (SCP,))), 0)) == (2,)
    assert roles_of(nearest(Standings(blocked((SCP,), (SCP,), (SCP,))), 0)) == ()


def test_where_no_policy_allows_the_own_way_is_nearest() -> None:
    """Roles that have nothing to do with the model are no way to it (our choice)."""
    assert roles_of(nearest(Standings(blocked()), 0)) == ()
