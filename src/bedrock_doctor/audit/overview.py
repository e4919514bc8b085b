"""The whole picture: for each account how many of its principals reach which models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bedrock_doctor.audit.reach import Models, Reach, Reaches
from bedrock_doctor.audit.standing import CALLING, Standings
from bedrock_doctor.model.audit import AccessClass, Audit, AuditedAccount
from bedrock_doctor.model.trace import PolicyLayer


@dataclass(frozen=True, slots=True)
class ModelsLine:
    """Models that the principals of an account stand alike to.

    Attributes:
        models: ids, sorted.
        itself: how many can call them.
        over_roles: how many can only over roles.
        perhaps: of how many that is not known.
        half_blocked: how many would, were not Regions of a profile closed.
        blocked: how many cannot.
        blocked_by: layers in the way of the last two, each with its owner and for how many.
    """

    models: tuple[str, ...]
    itself: int
    over_roles: int
    perhaps: int
    half_blocked: int
    blocked: int
    blocked_by: tuple[tuple[PolicyLayer, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """One account.

    Attributes:
        account: the account.
        principals: number of its roles and users.
        lines: all models, those that most reach first.
    """

    account: AuditedAccount
    principals: int
    lines: tuple[ModelsLine, ...]


def overview(standings: Standings) -> Iterator[AccountOverview]:
    """All accounts, in order."""
    audit = standings.audit
    models = Models(audit)
    reaches = Reaches(standings, models)
    members: dict[str, list[int]] = {}
    for position, principal in enumerate(audit.principals):
        if principal.held:
            members.setdefault(principal.account, []).append(position)
    blocking: dict[str, list[AccessClass]] = {}
    for entry in audit.classes:
        if entry.action in CALLING and entry.blocked_by:
            blocking.setdefault(entry.account, []).append(entry)
    for account in audit.accounts:
        positions = members.get(account.id, [])
        found = {position: reaches.of(position) for position in positions}
        walls = _walls(blocking.get(account.id, ()), models)
        lines = [
            _line(audit, account.id, part, found, walls, models)
            for part in _parts(found, walls, models)
        ]
        lines.sort(key=lambda line: (-line.itself, -line.over_roles, -line.perhaps, line.models))
        yield AccountOverview(account, len(positions), tuple(lines))


def _joined(lines: Iterable[ModelsLine]) -> list[ModelsLine]:
    """Lines that tell the same as one."""
    found: dict[ModelsLine, list[str]] = {}
    for line in lines:
        found.setdefault(replace(line, models=()), []).extend(line.models)
    return [replace(line, models=tuple(sorted(models))) for line, models in found.items()]


Walls = dict[tuple[int, PolicyLayer], set[int]]
"""Models and a layer, with the principals that it keeps from some route to each."""


def _walls(classes: Iterable[AccessClass], models: Models) -> Walls:
    found: Walls = {}
    for entry in classes:
        for layer in entry.blocked_by:
            found.setdefault((models.of(entry.routes), layer), set()).update(entry.principals)
    return found


def _parts(found: Mapping[int, Reach], walls: Walls, models: Models) -> list[int]:
    """The models, divided by all that is told of them."""
    sets = {members for members, _ in walls}
    for reach in found.values():
        sets |= {reach.itself, reach.over_roles, reach.perhaps, reach.half_blocked}
    parts = [(1 << len(models.names)) - 1] if found and models.names else []
    for members in sets:
        parts = [part for one in parts for part in (one & members, one & ~members) if part]
    return parts


def _line(
    audit: Audit,
    account: str,
    part: int,
    found: Mapping[int, Reach],
    walls: Walls,
    models: Models,
) -> ModelsLine:
    def reaching(kind: str) -> set[int]:
        return {n for n, reach in found.items() if getattr(reach, kind) & part}

    itself, over_roles, perhaps, half = (
        reaching(kind) for kind in ("itself", "over_roles", "perhaps", "half_blocked")
    )
    blocked = found.keys() - itself - over_roles - perhaps - half
    by_layer: dict[PolicyLayer, set[int]] = {}
    for (members, layer), principals in walls.items():
        if members & part:
            by_layer.setdefault(layer, set()).update(principals & (blocked | half))
    return ModelsLine(
        models.ids(part),
        len(itself),
        len(over_roles),
        len(perhaps),
        len(half),
        len(blocked),
        tuple(
            (layer, audit.owner(account, layer), len(by_layer[layer]))
            for layer in PolicyLayer
            if by_layer.get(layer)
        ),
    )
