"""Questions about one model or one principal, answered from an audit."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.audit.standing import CALLING, Row, Standing, Standings, best_of, calling
from bedrock_doctor.catalog.spelling import near_matches
from bedrock_doctor.errors import BadArn, UnknownName, UsageError
from bedrock_doctor.evaluate.target_set import first
from bedrock_doctor.model.audit import Access, AccessClass, Audit, Chain
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.trace import PolicyLayer


@dataclass(frozen=True, slots=True)
class Reaching:
    """One way in which somebody reaches models.

    Attributes:
        principal: position of who starts.
        chain: the roles that it becomes; None: it calls itself.
        row: how it stands at the end of the chain, by action of the audit.
        calling: the same for the actions that get an answer from a model, the best of them.
        access: of the whole way: ALLOWED, UNKNOWN or HALF_BLOCKED.
    """

    principal: int
    chain: Chain | None
    row: Row
    calling: Standing
    access: Access


def ways_of(standings: Standings, position: int) -> tuple[Reaching, ...]:
    """All ways of one principal that reach or may reach something: itself, then over each role."""
    found = [_way(standings, position, None, standings.own[position])]
    for chain in standings.ways(position):
        found.append(_way(standings, position, chain, standings.own[chain.roles[-1]]))
    return tuple(way for way in found if way is not None)


def _way(standings: Standings, position: int, chain: Chain | None, row: Row) -> Reaching | None:
    calls = calling(standings.audit.actions, row)
    every = best_of(row)
    if not every.any:
        return None
    if calls.allowed or (not calls.any and every.allowed):
        access = Access.ALLOWED if chain is None else chain.access
    elif calls.unknown or (not calls.any and every.unknown):
        access = Access.UNKNOWN
    else:
        access = Access.HALF_BLOCKED
    return Reaching(position, chain, row, calls, access)


def who_can(standings: Standings) -> tuple[Reaching, ...]:
    """Everybody's ways to the routes of an audit, by principal."""
    return tuple(
        way
        for position in range(len(standings.audit.principals))
        for way in ways_of(standings, position)
    )


def position_of(audit: Audit, arn: str) -> int:
    """Who is meant by an ARN; a session stands for its role.

    Raises:
        UnknownName: the audit holds no such principal.
    """
    places = {principal.arn: n for n, principal in enumerate(audit.principals)}
    if arn in places:
        return places[arn]
    try:
        principal = parse_principal(arn)
    except BadArn as error:
        raise UsageError(f"`{arn}` names no principal", help=error.help) from None
    if principal.kind is PrincipalKind.SESSION:
        for place, entry in enumerate(audit.principals):
            name = entry.arn.rpartition("/")[2]
            if entry.account == principal.account and name == principal.name and entry.held:
                return place
    near = near_matches(arn, places)
    help_ = " or ".join(f"`{name}`" for name in near)
    raise UnknownName(
        f"the snapshot holds no principal `{arn}`",
        help=f"did you mean {help_}?" if near else "expected the ARN of a role or user",
    )


def missing_for(standings: Standings, position: int) -> tuple[Missing, ...]:
    """Documents that are missing for an answer about one principal, each once."""
    audit, graph = standings.audit, standings.graph
    roles = graph.roles(position)
    asked = {position, *roles}
    accounts = {audit.principals[one].account for one in asked}
    found: dict[object, None] = {}
    for entry in audit.classes:
        if entry.settle and entry.account in accounts and not asked.isdisjoint(entry.principals):
            found.update(dict.fromkeys(entry.settle))
    for one in asked:
        for edge in graph.steps(one):
            found.update(dict.fromkeys(edge.settle))
    return tuple(fact for fact in found if isinstance(fact, Missing))


@dataclass(frozen=True, slots=True)
class Nearest:
    """The way on which somebody comes furthest.

    Attributes:
        route: position of the route.
        access: what it gets there in the end.
        chain: the roles over which, or None.
    """

    route: int
    access: Access
    chain: Chain | None


_RANKS = {Access.ALLOWED: 0, Access.UNKNOWN: 1, Access.HALF_BLOCKED: 2}


def nearest(standings: Standings, position: int) -> Nearest:
    """Where somebody comes furthest: a way that passes, may pass, or half passes; else one on which
    policies of the last principal allow the call and as few layers as possible block it. Its own
    before those over roles, shorter ones first.

    Raises:
        UsageError: no route leads there.
    """
    ways = [way for way in ways_of(standings, position) if way.calling.any]
    if ways:
        way = min(ways, key=lambda way: (_RANKS[way.access], _length(way.chain)))
        routes = way.calling.allowed or way.calling.unknown or way.calling.half
        return Nearest(first(routes), way.access, way.chain)
    chains = {chain.roles[-1]: chain for chain in standings.ways(position)}
    blocked = [
        (_closed(entry), _length(chains.get(last)), last, first(entry.routes))
        for entry in standings.audit.classes
        if entry.action == CALLING[0]
        for last in entry.principals
        if last == position or last in chains
    ]
    if not blocked:
        raise UsageError("no route of its account leads there", help="bedrock-doctor models")
    _, _, last, route = min(blocked)
    return Nearest(route, Access.BLOCKED, chains.get(last))


def _closed(entry: AccessClass) -> tuple[bool, int]:
    """How far somebody is from what blocks."""
    return PolicyLayer.IDENTITY in entry.blocked_by, len(entry.blocked_by)


def _length(chain: Chain | None) -> int:
    return 0 if chain is None else len(chain.roles)
