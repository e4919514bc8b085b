"""Chains of roles, against brute force on small graphs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.audit.trust_graph import TrustGraph
from bedrock_doctor.model.audit import Access, TrustEdge
from bedrock_doctor.model.missing import UnknownFact

ALLOWED, UNKNOWN = Access.ALLOWED, Access.UNKNOWN
EXTERNAL_ID = UnknownFact("sts:ExternalId")
NODES = 5
EDGES = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)),
    st.sampled_from([ALLOWED, UNKNOWN]),
)


def graph_of(edges: dict[tuple[int, int], Access], depth: int) -> TrustGraph:
    """A graph of edges, in any order."""
    return TrustGraph((TrustEdge(a, b, access) for (a, b), access in edges.items()), depth)


def brute_force(
    edges: dict[tuple[int, int], Access], source: int, depth: int
) -> Iterator[tuple[tuple[int, ...], Access]]:
    """Every sequence of other nodes that is a chain, by trying all."""
    others = [node for node in range(NODES) if node != source]
    for length in range(1, depth + 1):
        for roles in permutations(others, length):
            steps = list(zip((source, *roles), roles, strict=False))
            if all(step in edges for step in steps):
                certain = all(edges[step] is ALLOWED for step in steps)
                yield roles, ALLOWED if certain else UNKNOWN


@given(EDGES, st.integers(1, NODES))
def test_all_chains_are_found_once(edges: dict[tuple[int, int], Access], depth: int) -> None:
    """Cycles and self-trust included: a chain has no role twice."""
    graph = graph_of(edges, depth)
    for source in range(NODES):
        expected = sorted(brute_force(edges, source, depth))
        assert sorted((c.roles, c.access) for c in graph.chains(source)) == expected
        for role in range(NODES):
            found = [c.roles for c in graph.chains(source, role)]
            assert sorted(found) == [roles for roles, _ in expected if roles[-1] == role]


@given(EDGES, st.integers(1, NODES))
def test_counts_and_shortest_chains_are_exact(
    edges: dict[tuple[int, int], Access], depth: int
) -> None:
    """One chain of certain steps is shown where there is one, however long."""
    graph = graph_of(edges, depth)
    for source in range(NODES):
        expected = list(brute_force(edges, source, depth))
        becomings = graph.becomings(source)
        assert {b.role for b in becomings} == {roles[-1] for roles, _ in expected}
        assert graph.roles(source) == {roles[-1] for roles, _ in expected}
        certain = {roles[-1] for roles, access in expected if access is ALLOWED}
        assert graph.roles(source, certain=True) == certain
        for becoming in becomings:
            chains = [entry for entry in expected if entry[0][-1] == becoming.role]
            sure = [roles for roles, access in chains if access is ALLOWED]
            assert (becoming.chains, becoming.certain) == (len(chains), len(sure))
            shown = becoming.chain
            assert (shown.roles, shown.access) in chains
            shortest = min(map(len, sure or [roles for roles, _ in chains]))
            assert len(shown.roles) == shortest
            assert (shown.access is ALLOWED) == bool(sure)


@given(EDGES, st.integers(1, NODES))
def test_sources_are_who_can_become_a_role(
    edges: dict[tuple[int, int], Access], depth: int
) -> None:
    """The same relation, read backwards."""
    graph = graph_of(edges, depth)
    for role in range(NODES):
        forwards = {n for n in range(NODES) if n != role and role in graph.roles(n)}
        assert graph.sources(role) == forwards


def test_a_chain_tells_what_each_step_depends_on() -> None:
    """Each thing once, in the order of the steps."""
    mfa = UnknownFact("aws:MultiFactorAuthPresent")
    edges = [
        TrustEdge(0, 1, UNKNOWN, settle=(EXTERNAL_ID,)),
        TrustEdge(1, 2, UNKNOWN, settle=(mfa, EXTERNAL_ID)),
    ]
    chain = TrustGraph(edges, 2).becomings(0)[1].chain
    assert (chain.roles, chain.settle) == ((1, 2), (EXTERNAL_ID, mfa))
