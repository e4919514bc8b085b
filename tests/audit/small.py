"""Small audits: roles of one account, some routes, one action, edges at random."""

from __future__ import annotations

from hypothesis import strategies as st

from bedrock_doctor.model.audit import (
    Access,
    AccessClass,
    Audit,
    AuditedAccount,
    AuditedPrincipal,
    PrincipalType,
    Route,
    TrustEdge,
)

HOME = "444455556666"
PEOPLE, ROUTES = 4, 3
FULL = (1 << ROUTES) - 1
ORDER = [Access.BLOCKED, Access.HALF_BLOCKED, Access.UNKNOWN, Access.ALLOWED]
CELLS = st.lists(
    st.lists(st.sampled_from(ORDER), min_size=ROUTES, max_size=ROUTES),
    min_size=PEOPLE,
    max_size=PEOPLE,
)
EDGES = st.dictionaries(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
    st.sampled_from([Access.ALLOWED, Access.UNKNOWN]),
)


def audit_of(
    cells: list[list[Access]], edges: dict[tuple[int, int], Access], depth: int = 3
) -> Audit:
    """Roles of one account, one action."""
    return Audit(
        accounts=(AuditedAccount(HOME),),
        principals=tuple(
            AuditedPrincipal(f"arn:aws:iam::{HOME}:role/r{n}", HOME, PrincipalType.ROLE)
            for n in range(PEOPLE)
        ),
        routes=tuple(Route(f"m{n}", "eu-west-1") for n in range(ROUTES)),
        actions=("bedrock:InvokeModel",),
        classes=tuple(
            AccessClass(HOME, (person,), "bedrock:InvokeModel", 1 << route, access)
            for person, row in enumerate(cells)
            for route, access in enumerate(row)
        ),
        edges=tuple(TrustEdge(a, b, access) for (a, b), access in sorted(edges.items())),
        depth=depth,
    )
