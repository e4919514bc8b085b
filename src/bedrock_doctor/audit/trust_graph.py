"""Chains of roles through the trust policies of a snapshot.

A chain has no role twice, so cycles end by themselves, and no more roles than the audit's depth.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedrock_doctor.model.audit import Access, Chain, TrustEdge


@dataclass(frozen=True, slots=True)
class Becoming:
    """A role that somebody can become.

    Attributes:
        chain: a shortest way; one of certain steps where there is one, and the first by positions.
        chains: how many ways there are within the depth.
        certain: how many of them have certain steps only.
    """

    chain: Chain
    chains: int
    certain: int

    @property
    def role(self) -> int:
        """Position of the role."""
        return self.chain.roles[-1]


class TrustGraph:
    """Who can become which role.

    Args:
        edges: single steps.
        depth: how many roles a chain may have, at least 1.
    """

    def __init__(self, edges: Iterable[TrustEdge], depth: int) -> None:
        self.depth = depth
        self._out: dict[int, dict[int, TrustEdge]] = {}
        self._into: dict[int, list[int]] = {}
        for edge in edges:
            steps = self._out.setdefault(edge.source, {})
            known = steps.get(edge.role)
            if known is None:
                self._into.setdefault(edge.role, []).append(edge.source)
            if known is None or known.access is Access.UNKNOWN:
                steps[edge.role] = edge

    def steps(self, source: int) -> Iterator[TrustEdge]:
        """The single steps of somebody, by role."""
        steps = self._out.get(source, {})
        return (steps[role] for role in sorted(steps))

    def chains(self, source: int, role: int | None = None) -> Iterator[Chain]:
        """All chains of somebody, or those that end in one role: depth first, by positions.

        They are found one by one; there can be very many.
        """
        near = None if role is None else self._distances(role)
        yield from self._onward(source, (source,), (), role, near)

    def _onward(
        self,
        source: int,
        passed: tuple[int, ...],
        edges: tuple[TrustEdge, ...],
        role: int | None,
        near: dict[int, int] | None,
    ) -> Iterator[Chain]:
        for edge in self.steps(passed[-1]):
            if edge.role in passed:
                continue
            taken = (*edges, edge)
            left = self.depth - len(taken)
            if near is not None and near.get(edge.role, left + 1) > left:
                continue
            if role in (None, edge.role):
                yield _chain(source, taken)
            if left and edge.role != role:
                yield from self._onward(source, (*passed, edge.role), taken, role, near)

    def _distances(self, role: int) -> dict[int, int]:
        """How many steps each is away from a role, as far as the depth."""
        found = {role: 0}
        reached = {role}
        for distance in range(1, self.depth + 1):
            before = {source for at in reached for source in self._into.get(at, ())}
            reached = before - found.keys()
            found.update(dict.fromkeys(reached, distance))
        return found

    def sources(self, role: int) -> frozenset[int]:
        """All who can become a role, certainly or not."""
        return frozenset(self._distances(role)) - {role}

    def roles(self, source: int, *, certain: bool = False) -> frozenset[int]:
        """All roles that somebody can become; with `certain`, only by certain steps."""
        return frozenset(self._shortest(source, certain=certain))

    def reached(self, source: int) -> dict[int, bool]:
        """All roles that somebody can become, each with whether it is certain."""
        anyhow = self._within(source, certain=False)
        surely = self._within(source, certain=True)
        return {role: role in surely for role in anyhow}

    def _within(self, source: int, *, certain: bool) -> set[int]:
        found: set[int] = set()
        reached = [source]
        for _ in range(self.depth):
            following = {
                role
                for at in reached
                for role, edge in self._out.get(at, {}).items()
                if role not in found and not (certain and edge.access is Access.UNKNOWN)
            }
            following.discard(source)
            if not following:
                break
            found |= following
            reached = list(following)
        return found

    def shortest(self, source: int) -> tuple[Chain, ...]:
        """One chain to each role that somebody can become, the shortest first, then by position.

        Of certain steps where there is such a chain, however long.
        """
        found = self._shortest(source, certain=False)
        found.update(self._shortest(source, certain=True))
        ways = (_chain(source, edges) for edges in found.values())
        return tuple(sorted(ways, key=lambda chain: (len(chain.roles), chain.roles)))

    def becomings(self, source: int) -> tuple[Becoming, ...]:
        """The roles that somebody can become, by position, with the exact number of chains.

        Every chain is visited once: the time grows with their number.
        """
        counts: dict[int, list[int]] = {}
        self._count(source, {source}, self.depth, True, counts)
        shortest = self._shortest(source, certain=False)
        shortest.update(self._shortest(source, certain=True))
        return tuple(
            Becoming(_chain(source, shortest[role]), *counts[role]) for role in sorted(counts)
        )

    def _count(
        self, at: int, passed: set[int], left: int, certain: bool, counts: dict[int, list[int]]
    ) -> None:
        for role, edge in self._out.get(at, {}).items():
            if role in passed:
                continue
            sure = certain and edge.access is Access.ALLOWED
            entry = counts.setdefault(role, [0, 0])
            entry[0] += 1
            entry[1] += sure
            if left > 1 and role in self._out:
                passed.add(role)
                self._count(role, passed, left - 1, sure, counts)
                passed.discard(role)

    def _shortest(self, source: int, *, certain: bool) -> dict[int, tuple[TrustEdge, ...]]:
        found: dict[int, tuple[TrustEdge, ...]] = {}
        reached: list[tuple[int, tuple[TrustEdge, ...]]] = [(source, ())]
        for _ in range(self.depth):
            following = []
            for at, edges in reached:
                for edge in self.steps(at):
                    if edge.role in found or edge.role == source:
                        continue
                    if certain and edge.access is not Access.ALLOWED:
                        continue
                    found[edge.role] = (*edges, edge)
                    following.append((edge.role, found[edge.role]))
            reached = following
        return found


def _chain(source: int, edges: tuple[TrustEdge, ...]) -> Chain:
    certain = all(edge.access is Access.ALLOWED for edge in edges)
    settle = dict.fromkeys(fact for edge in edges for fact in edge.settle)
    return Chain(
        source,
        tuple(edge.role for edge in edges),
        Access.ALLOWED if certain else Access.UNKNOWN,
        tuple(settle),
    )
