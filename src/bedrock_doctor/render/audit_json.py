"""An audit as JSON: the whole, and the answers to single questions.

In the whole, principals and routes are named by their positions. Sets of routes are told once, in
`route_sets`, as pairs of the first and the last position of each run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bedrock_doctor.audit.questions import Reaching, ways_of, who_can
from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.audit import Audit, AuditedPrincipal, Chain, Route, Settle
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.trace import PolicyLayer

SCHEMA_VERSION = "1.0"


def audit_tree(standings: Standings, redaction: str) -> dict[str, Any]:
    """The whole audit."""
    audit = standings.audit
    sets: dict[int, int] = {}
    return {
        **_head(audit, redaction),
        "accounts": [
            {
                "id": account.id,
                "name": account.name,
                "management": account.management,
                "complete": account.complete,
            }
            for account in audit.accounts
        ],
        "principals": [_principal(principal) for principal in audit.principals],
        "routes": [_route(route) for route in audit.routes],
        "actions": list(audit.actions),
        "classes": [
            {
                "account": entry.account,
                "principals": list(entry.principals),
                "action": entry.action,
                "routes": sets.setdefault(entry.routes, len(sets)),
                "access": entry.access.value,
                "blocked_by": [_layer(audit, entry.account, layer) for layer in entry.blocked_by],
                "blocked_regions": list(entry.blocked_regions),
                "settle": _settle(entry.settle),
            }
            for entry in audit.classes
        ],
        "route_sets": [list(_runs(routes)) for routes in sets],
        "edges": [
            {
                "source": edge.source,
                "role": edge.role,
                "access": edge.access.value,
                "action": edge.action,
                "settle": _settle(edge.settle),
            }
            for edge in audit.edges
        ],
        "chains": [
            {
                "principal": position,
                "role": becoming.role,
                "access": becoming.chain.access.value,
                "shortest": list(becoming.chain.roles),
                "chains": becoming.chains,
                "certain": becoming.certain,
            }
            for position in range(len(audit.principals))
            for becoming in standings.graph.becomings(position)
        ],
    }


def who_can_tree(standings: Standings, model: str, redaction: str) -> dict[str, Any]:
    """Who can call a model."""
    return {
        **_head(standings.audit, redaction),
        "model": model,
        "ways": [_way(standings, way) for way in who_can(standings)],
    }


def what_can_tree(
    standings: Standings, position: int, missing: Iterable[Missing], redaction: str
) -> dict[str, Any]:
    """What a principal can call; `missing` is what this answer lacks."""
    audit = standings.audit
    return {
        **_head(audit, redaction),
        "missing": [_fact(fact) for fact in missing],
        "principal": _principal(audit.principals[position]),
        "ways": [_way(standings, way) for way in ways_of(standings, position)],
        "roles": [
            {
                "role": audit.principals[becoming.role].arn,
                "access": becoming.chain.access.value,
                "shortest": _names(audit, becoming.chain),
                "chains": becoming.chains,
                "certain": becoming.certain,
                "settle": _settle(becoming.chain.settle),
            }
            for becoming in standings.graph.becomings(position)
        ],
    }


def _head(audit: Audit, redaction: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "created": audit.created,
        "depth": audit.depth,
        "limits": list(audit.limits),
        "left": list(audit.left),
        "missing": [_fact(fact) for fact in audit.unknowns()],
        "redaction": redaction,
    }


def _principal(principal: AuditedPrincipal) -> dict[str, Any]:
    return {
        "arn": principal.arn,
        "account": principal.account,
        "type": principal.type.value,
        "known": principal.known,
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "model": route.model,
        "region": route.region,
        "profile": route.profile,
        "destinations": list(route.destinations),
        "account": route.account,
    }


def _layer(audit: Audit, account: str, layer: PolicyLayer) -> dict[str, str]:
    return {"layer": layer.value, "owner_account": audit.owner(account, layer)}


def _settle(settle: Settle) -> list[dict[str, str]]:
    return [_fact(fact) for fact in settle]


def _fact(fact: Missing | UnknownFact) -> dict[str, str]:
    if isinstance(fact, Missing):
        return {
            "missing": fact.what,
            "call": fact.call,
            "account": fact.account,
            "command": fact.command,
        }
    return {"key": fact.key, "settle": fact.settle}


def _runs(routes: int) -> Iterator[tuple[int, int]]:
    start = last = -1
    for position in positions(routes):
        if position != last + 1 or start < 0:
            if start >= 0:
                yield start, last
            start = position
        last = position
    if start >= 0:
        yield start, last


def _names(audit: Audit, chain: Chain) -> list[str]:
    return [audit.principals[role].arn for role in chain.roles]


def _way(standings: Standings, way: Reaching) -> dict[str, Any]:
    audit = standings.audit
    routes: dict[int, dict[str, list[str]]] = {}
    for action, standing in zip(audit.actions, way.row, strict=True):
        named = (
            ("allowed", standing.allowed),
            ("half-blocked", standing.half),
            ("unknown", standing.unknown),
        )
        for access, members in named:
            for position in positions(members):
                routes.setdefault(position, {}).setdefault(access, []).append(action)
    return {
        "principal": _principal(audit.principals[way.principal]),
        "access": way.access.value,
        "over": _names(audit, way.chain) if way.chain else [],
        "settle": _settle(way.chain.settle) if way.chain else [],
        "routes": [
            {**_route(audit.routes[position]), "actions": by_access}
            for position, by_access in sorted(routes.items())
        ],
    }
