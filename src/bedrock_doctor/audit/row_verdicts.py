"""From the decisions on checks to the answers on routes.

A route is allowed if all its checks are, blocked if one is denied, else unknown. Through a profile
that is allowed itself, and where some of the models behind it are allowed and some denied, it is
half-blocked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bedrock_doctor.audit.layout import JOB, MODEL, PROFILE, Layout
from bedrock_doctor.evaluate.matrix_sides import Row
from bedrock_doctor.evaluate.target_set import first
from bedrock_doctor.model.audit import Access, Settle
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.trace import Decision, Outcome, PolicyLayer

INVOKE = "bedrock:InvokeModel"
STREAM = "bedrock:InvokeModelWithResponseStream"
BATCH = "bedrock:CreateModelInvocationJob"
COUNT = "bedrock:CountTokens"
ACTIONS = (INVOKE, STREAM, BATCH, COUNT)
"""The actions that make a model work, with answers or for money.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
"""

Explain = Callable[[str, int], Settle]
"""What settles the answer to an action on one target."""


@dataclass(frozen=True, slots=True)
class RouteClass:
    """Routes that stand alike; fields as in `AccessClass`."""

    routes: int
    access: Access
    blocked_by: tuple[PolicyLayer, ...] = ()
    blocked_regions: tuple[str, ...] = ()
    settle: Settle = ()


Piece = tuple[Decision, str, int, int]
"""A decision, its action and plane, and the routes whose check it answers."""


def routes_by_answer(
    layout: Layout, action: str, rows: Mapping[str, Row], explain: Explain
) -> tuple[RouteClass, ...]:
    """All routes of one caller and action.

    Args:
        layout: the routes.
        action: one of `ACTIONS`.
        rows: the caller's row of each action.
        explain: asked for one target of every kind of unknown answer.
    """
    pieces = list(_pieces(layout, action, rows))
    denied = [piece for piece in pieces if piece[0].blocked_by]
    open_ = [piece for piece in pieces if piece[0].outcome is Outcome.UNKNOWN]
    blocked, unknown = _union(denied), _union(open_)
    found = []
    allowed = layout.everything & ~(blocked | unknown)
    if allowed:
        found.append(RouteClass(allowed, Access.ALLOWED))
    half = _half_blocked(layout, pieces, denied) if blocked else 0
    walls = _walls(denied)
    for part, layers in _by_layer(half, walls):
        for routes, regions in _by_region(layout, part, denied):
            found.append(RouteClass(routes, Access.HALF_BLOCKED, layers, regions))
    for part, layers in _by_layer(blocked & ~half, walls):
        found.append(RouteClass(part, Access.BLOCKED, layers))
    for part, settle in _by_doubt(layout, unknown & ~blocked, open_, explain):
        found.append(RouteClass(part, Access.UNKNOWN, settle=settle))
    return tuple(found)


def _pieces(layout: Layout, action: str, rows: Mapping[str, Row]) -> Iterator[Piece]:
    for asked, planes in _asked(layout, action):
        for decision, bits in rows[asked]:
            for plane, routes in planes:
                part = layout.plane(bits, plane) & routes
                if part:
                    yield decision, asked, plane, part


def _asked(layout: Layout, action: str) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    """Which planes are asked for which action, and for which routes.

    Counting tokens and batch jobs know the model in the Region of the call, whatever profile is
    named; counting needs InvokeModel as well.
    https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
    https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
    """
    every = layout.everything
    if action == COUNT:
        yield COUNT, ((MODEL, every),)
        yield INVOKE, ((MODEL, every),)
    elif action == BATCH:
        yield BATCH, ((MODEL, every), (JOB, every))
    else:
        routed = ((plane, every) for plane in (PROFILE, *layout.behind) if every != layout.direct)
        yield action, ((MODEL, layout.direct), *routed)


def _union(pieces: Iterable[Piece]) -> int:
    found = 0
    for *_, routes in pieces:
        found |= routes
    return found


def _half_blocked(layout: Layout, pieces: list[Piece], denied: list[Piece]) -> int:
    """Routes with an allowed and a denied check behind a profile that is not denied itself."""
    failed = own = passed = 0
    for _, _, plane, routes in denied:
        if plane > PROFILE:
            failed |= routes
        elif plane == PROFILE:
            own |= routes
    if not failed & ~own:
        return 0
    for decision, _, plane, routes in pieces:
        if plane > PROFILE and decision.outcome is Outcome.ALLOWED:
            passed |= routes
    return passed & failed & ~own


def _split(classes: list[tuple[int, tuple[str, ...]]], name: str, members: int) -> None:
    """Divides classes by whether they are members; members get the name."""
    for number, (routes, names) in enumerate(tuple(classes)):
        inside = routes & members
        if inside == routes:
            classes[number] = routes, (*names, name)
        elif inside:
            classes[number] = routes & ~members, names
            classes.append((inside, (*names, name)))


Walls = dict[PolicyLayer, int]
"""Layers, with the routes that they block."""


def _walls(denied: list[Piece]) -> Walls:
    by_layers: dict[tuple[PolicyLayer, ...], int] = {}
    for decision, _, _, routes in denied:
        layers = decision.blocked_by
        by_layers[layers] = by_layers.get(layers, 0) | routes
    found: Walls = {}
    for layers, routes in by_layers.items():
        for layer in layers:
            found[layer] = found.get(layer, 0) | routes
    return found


def _by_layer(routes: int, walls: Walls) -> Iterator[tuple[int, tuple[PolicyLayer, ...]]]:
    """Routes by the layers that block any of their checks."""
    if not routes:
        return
    classes: list[tuple[int, tuple[str, ...]]] = [(routes, ())]
    for layer in PolicyLayer:
        if layer in walls:
            _split(classes, layer, walls[layer])
    for part, names in classes:
        yield part, tuple(map(PolicyLayer, names))


def _by_region(
    layout: Layout, routes: int, denied: list[Piece]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Half-blocked routes by the Regions in which they are denied."""
    there: dict[str, int] = {}
    failed: dict[int, int] = {}
    for _, _, plane, members in denied:
        failed[plane] = failed.get(plane, 0) | members & routes
    for plane, regions in zip(layout.behind, layout.regions, strict=True):
        if failed.get(plane):
            for region, members in regions.items():
                both = members & failed[plane]
                if both:
                    there[region] = there.get(region, 0) | both
    classes: list[tuple[int, tuple[str, ...]]] = [(routes, ())]
    for region in sorted(there):
        _split(classes, region, there[region])
    yield from classes


def _by_doubt(
    layout: Layout, routes: int, open_: list[Piece], explain: Explain
) -> Iterator[tuple[int, Settle]]:
    """Unknown routes by what settles them, as one member of each class tells."""
    if not routes:
        return
    doubts: dict[tuple[int, str, int], int] = {}
    for decision, action, plane, members in open_:
        # destinations are alike: one of them speaks for all
        key = id(decision), action, min(plane, PROFILE + 1)
        doubts[key] = doubts.get(key, 0) | members
    classes: list[tuple[int, tuple[str, ...]]] = [(routes, ())]
    for number, members in enumerate(doubts.values()):
        _split(classes, str(number), members)
    names = list(doubts)
    joined: dict[Settle, int] = {}
    for part, numbers in classes:
        facts: dict[Missing | UnknownFact, None] = {}
        for doubt, action, _ in (names[int(number)] for number in numbers):
            target = _first(layout, part, doubt, action, open_)
            facts.update(dict.fromkeys(explain(action, target)))
        settle = tuple(facts)
        joined[settle] = joined.get(settle, 0) | part
    for settle, part in joined.items():
        yield part, settle


def _first(layout: Layout, routes: int, doubt: int, action: str, open_: list[Piece]) -> int:
    """A target of some routes that a decision leaves open."""
    for decision, asked, plane, members in open_:
        both = members & routes
        if id(decision) == doubt and asked == action and both:
            return layout.target(plane, first(both))
    raise AssertionError("every doubt has a target")
