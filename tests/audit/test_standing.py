"""How principals stand to routes, by themselves and through roles, against plain sets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.audit.standing import Standing, Standings, best_of
from bedrock_doctor.audit.trust_graph import TrustGraph
from bedrock_doctor.model.audit import Access

from .small import CELLS, EDGES, FULL, ORDER, PEOPLE, ROUTES, audit_of


def access_to(standing: Standing, route: int) -> Access:
    """What a standing says of one route."""
    if standing.allowed >> route & 1:
        return Access.ALLOWED
    if standing.unknown >> route & 1:
        return Access.UNKNOWN
    return Access.HALF_BLOCKED if standing.half >> route & 1 else Access.BLOCKED


@given(CELLS, EDGES, st.integers(1, 4))
def test_every_cell_is_the_best_of_all_chains(
    cells: list[list[Access]], edges: dict[tuple[int, int], Access], depth: int
) -> None:
    """A chain gives what its last role has; an uncertain one gives it perhaps, at most."""
    audit = audit_of(cells, edges, depth)
    standings = Standings(audit)
    graph = TrustGraph(audit.edges, depth)
    for person in range(PEOPLE):
        (own,), (through,) = standings.own[person], standings.chained(person)
        (either,) = standings.effective(person)
        for route in range(ROUTES):
            found = [Access.BLOCKED]
            for chain in graph.chains(person):
                last = cells[chain.roles[-1]][route]
                if chain.access is Access.ALLOWED:
                    found.append(last)
                elif last in (Access.ALLOWED, Access.UNKNOWN):
                    found.append(Access.UNKNOWN)
            best = max(found, key=ORDER.index)
            assert access_to(own, route) is cells[person][route]
            assert access_to(through, route) is best
            assert access_to(either, route) is max(best, cells[person][route], key=ORDER.index)


@given(CELLS, EDGES)
def test_one_shortest_chain_leads_to_each_role(
    cells: list[list[Access]], edges: dict[tuple[int, int], Access]
) -> None:
    """Certain where a certain chain exists; the shortest first."""
    audit = audit_of(cells, edges)
    graph = TrustGraph(audit.edges, audit.depth)
    for person in range(PEOPLE):
        ways = graph.shortest(person)
        assert sorted(way.roles[-1] for way in ways) == sorted(graph.roles(person))
        assert [len(way.roles) for way in ways] == sorted(len(way.roles) for way in ways)
        sure = graph.roles(person, certain=True)
        assert all((way.access is Access.ALLOWED) == (way.roles[-1] in sure) for way in ways)
        assert graph.reached(person) == {role: role in sure for role in graph.roles(person)}


@given(st.lists(st.tuples(*[st.integers(0, FULL)] * 3)))
def test_the_best_of_several_divides_the_routes(parts: list[tuple[int, int, int]]) -> None:
    """No route is in two of the sets."""
    best = best_of(Standing(*part) for part in parts)
    assert not best.allowed & best.unknown
    assert not best.allowed & best.half
    assert not best.unknown & best.half
    assert best.any == best_of([best]).any
