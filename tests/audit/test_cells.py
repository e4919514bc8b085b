"""Every answer of an audit is the answer of the single engine to the requests of a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random

import pytest

from bedrock_doctor import app
from bedrock_doctor.audit import batch
from bedrock_doctor.audit.auditing import AuditQuestion
from bedrock_doctor.audit.offers import Wanted
from bedrock_doctor.audit.row_verdicts import BATCH, COUNT, INVOKE, STREAM
from bedrock_doctor.audit.trust_graph import TrustGraph
from bedrock_doctor.evaluate.authorize import authorize
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.audit import Access, AccessClass, Audit
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.request import Request
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Decision, Outcome, PolicyLayer
from bedrock_doctor.model.way import Hop, Purpose
from bedrock_doctor.path.expand import expand
from tests.audit.organizations import MODELS, REGIONS, snapshot

OPERATIONS = {
    INVOKE: Operation.CONVERSE,
    STREAM: Operation.CONVERSE_STREAM,
    BATCH: Operation.BATCH,
    COUNT: Operation.COUNT_TOKENS,
}
CHOSEN = (UnknownFact("bedrock:GuardrailIdentifier"), UnknownFact("bedrock:ServiceTier"))
"""What a diagnosis takes as not sent, and an audit as the caller's choice."""
BEHIND = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL)
QUESTION = AuditQuestion(Wanted(frozenset(MODELS), frozenset(REGIONS)))
SEEDS = range(6)


@lru_cache(maxsize=8)
def audited(seed: int) -> tuple[Snapshot, Audit]:
    held = snapshot(Random(seed))
    return held, app.audit(held, QUESTION)


def decided(hop: Hop) -> list[tuple[Purpose, Decision]]:
    """What the single engine says to the checks of a hop, but for the service role of a job."""
    return [
        (check.purpose, authorize(_chosen(check.request), check.policies))
        for check in hop.checks
        if check.purpose is not Purpose.PASS_ROLE
    ]


def _chosen(request: Request) -> Request:
    """The request with what its caller can choose left open."""
    if not request.action.startswith("bedrock:"):
        return request
    told = {fact.key.lower(): fact for fact in CHOSEN}
    context = replace(request.context, unknown={**request.context.unknown, **told})
    return replace(request, context=context)


def access(found: list[tuple[Purpose, Decision]]) -> tuple[Access, set[PolicyLayer]]:
    """The answer to a route, put together check by check."""
    denied = [(purpose, decision) for purpose, decision in found if decision.outcome.denies]
    layers = {layer for _, decision in denied for layer in decision.blocked_by}
    if denied:
        passed = any(p in BEHIND and d.outcome is Outcome.ALLOWED for p, d in found)
        half = passed and all(purpose in BEHIND for purpose, _ in denied)
        return (Access.HALF_BLOCKED if half else Access.BLOCKED), layers
    if any(decision.outcome is Outcome.UNKNOWN for _, decision in found):
        return Access.UNKNOWN, layers
    return Access.ALLOWED, layers


def cells(audit: Audit) -> dict[tuple[int, str, int], AccessClass]:
    """All answers, one by one. Every answer stands in one class."""
    found: dict[tuple[int, str, int], AccessClass] = {}
    for entry in audit.classes:
        for principal in entry.principals:
            for route in positions(entry.routes):
                assert found.setdefault((principal, entry.action, route), entry) is entry
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_are_the_single_engines(seed: int) -> None:
    """Accounts are audited under an id that stands for theirs; the engine is asked under theirs."""
    held, audit = audited(seed)
    rng = Random(f"cells/{seed}")
    found = cells(audit)
    for (principal, action, position), entry in rng.sample(sorted(found.items(), key=_key), 70):
        caller, route = audit.principals[principal], audit.routes[position]
        model = route.profile or route.model
        attempt = Attempt(caller.arn, (), model, route.region, OPERATIONS[action])
        alone, layers = access(decided(expand(attempt, held).call))
        told = f"{caller.arn} {action} {route}"
        assert entry.access is alone, told
        assert set(entry.blocked_by) == layers, told


def _key(item: tuple[tuple[int, str, int], AccessClass]) -> tuple[int, str, int]:
    return item[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_left_out(seed: int) -> None:
    """Every role and user against every route but those of other accounts, and every action."""
    _, audit = audited(seed)
    told: dict[tuple[int, str], int] = {}
    for entry in audit.classes:
        for principal in entry.principals:
            key = principal, entry.action
            told[key] = told.get(key, 0) | entry.routes
    common = {n for n, route in enumerate(audit.routes) if not route.account}
    for position, principal in enumerate(audit.principals):
        if not principal.held:
            continue
        own = {n for n, r in enumerate(audit.routes) if r.account == principal.account}
        for action in audit.actions:
            routes = set(positions(told[position, action]))
            assert own <= routes <= common | own
            # a profile that the account's own list lets lead elsewhere is one route, not two
            named = {(audit.routes[n].profile, audit.routes[n].region) for n in common}
            named -= {("", region) for region in REGIONS}
            there = {(audit.routes[n].profile, audit.routes[n].region) for n in routes}
            assert named <= there


def steps(audit: Audit) -> dict[tuple[int, int], Access]:
    return {(edge.source, edge.role): edge.access for edge in audit.edges}


def pairs(audit: Audit) -> Iterator[tuple[int, int]]:
    held = [n for n, principal in enumerate(audit.principals) if principal.held]
    roles = [n for n in held if ":role/" in audit.principals[n].arn]
    return ((source, role) for source in held for role in roles if source != role)


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_are_the_single_engines(seed: int) -> None:
    """An AssumeRole call that passes nothing is one of those that an edge speaks of."""
    held, audit = audited(seed)
    edges = steps(audit)
    rng = Random(f"steps/{seed}")
    for source, role in rng.sample(list(pairs(audit)), 50):
        caller, target = audit.principals[source].arn, audit.principals[role].arn
        attempt = Attempt(caller, (target,), MODELS[0], REGIONS[0])
        ((_, decision),) = decided(expand(attempt, held).hops[0])
        found = edges.get((source, role))
        told = f"{caller} -> {target}"
        if decision.outcome is Outcome.ALLOWED:
            assert found in (Access.ALLOWED, Access.UNKNOWN), told
        elif decision.outcome is Outcome.UNKNOWN:
            assert found is Access.UNKNOWN, told
        else:
            assert found is not Access.ALLOWED, told
        if found is Access.ALLOWED:
            assert decision.outcome is Outcome.ALLOWED, told


@pytest.mark.parametrize("seed", SEEDS)
def test_certain_chains_pass_step_by_step(seed: int) -> None:
    """A chain of certain steps is one that a diagnosis lets pass as well."""
    held, audit = audited(seed)
    graph = TrustGraph(audit.edges, audit.depth)
    chains = [
        chain
        for position, principal in enumerate(audit.principals)
        if principal.held
        for chain in graph.chains(position)
        if chain.access is Access.ALLOWED
    ]
    rng = Random(f"chains/{seed}")
    for chain in rng.sample(chains, min(15, len(chains))):
        roles = tuple(audit.principals[role].arn for role in chain.roles)
        caller = audit.principals[chain.principal].arn
        way = expand(Attempt(caller, roles, MODELS[0], REGIONS[0]), held)
        for hop in way.hops[: len(roles)]:
            assert [d.outcome for _, d in decided(hop)] == [Outcome.ALLOWED], (caller, roles)


def test_batches_and_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer, whatever is audited together, where, and wherever the snapshot is from, and
    however much is remembered."""
    for held in (audited(3)[0], app.load_snapshot(["examples/acme/snapshot"])):
        whole = app.audit(held, QUESTION)
        with monkeypatch.context() as patched:
            patched.setattr("bedrock_doctor.audit.auditing.BATCH", 1)
            patched.setattr("bedrock_doctor.audit.own_access._MOST_KINDS", 1)
            batch._tools.cache_clear()
            assert app.audit(held, QUESTION) == whole
            assert app.audit(held, QUESTION, jobs=2) == whole


@pytest.mark.parametrize("seed", SEEDS)
def test_every_unknown_answer_says_what_would_settle_it(seed: int) -> None:
    """Unknown without a way out of it helps nobody (our choice)."""
    _, found = audited(seed)
    unknown = [e for e in (*found.classes, *found.edges) if e.access is Access.UNKNOWN]
    assert unknown
    assert all(entry.settle for entry in unknown)
