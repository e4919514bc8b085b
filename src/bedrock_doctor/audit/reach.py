"""Which models everybody reaches: themselves, or over roles that they can become."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.audit.standing import Row, Standings, calling
from bedrock_doctor.model.audit import Audit


@dataclass(frozen=True, slots=True)
class Reach:
    """The models of one principal, as sets of positions in `Models.names`. No model is in two.

    Attributes:
        itself: it can call them.
        over_roles: it cannot, and can become a role that can.
        perhaps: an answer is unknown: its own, that of a role, or that of a step to one.
        half_blocked: it could, were not some destination Regions of a profile closed.
    """

    itself: int = 0
    over_roles: int = 0
    perhaps: int = 0
    half_blocked: int = 0


class Models:
    """The models of an audit, as sets.

    Attributes:
        names: ids of all models, sorted.
    """

    def __init__(self, audit: Audit) -> None:
        self.names = tuple(sorted({route.model for route in audit.routes}))
        place = {model: n for n, model in enumerate(self.names)}
        masks: dict[int, int] = {}
        for position, route in enumerate(audit.routes):
            number = place[route.model]
            masks[number] = masks.get(number, 0) | 1 << position
        self._masks = tuple(masks.items())
        self._found: dict[int, int] = {0: 0}

    def of(self, routes: int) -> int:
        """The models that some routes lead to."""
        found = self._found.get(routes)
        if found is None:
            found = 0
            for number, mask in self._masks:
                if routes & mask:
                    found |= 1 << number
            self._found[routes] = found
        return found

    def ids(self, models: int) -> tuple[str, ...]:
        """Ids of the models of a set."""
        return tuple(model for n, model in enumerate(self.names) if models >> n & 1)


class Reaches:
    """What principals reach by calling models, by any route.

    Args:
        standings: how they stand to the routes.
        models: the models.
    """

    def __init__(self, standings: Standings, models: Models) -> None:
        self._standings, self._models = standings, models
        self._found: dict[int, tuple[int, int, int]] = {}

    def of(self, position: int) -> Reach:
        """What one principal reaches."""
        own = self._sets(self._standings.own[position])
        over = self._sets(self._standings.chained(position))
        itself = own[0]
        over_roles = over[0] & ~itself
        perhaps = (own[1] | over[1]) & ~(itself | over_roles)
        half = own[2] & ~(itself | over_roles | perhaps)
        return Reach(itself, over_roles, perhaps, half)

    def _sets(self, row: Row) -> tuple[int, int, int]:
        # the standings keep their rows, and equal ones are one object
        found = self._found.get(id(row))
        if found is None:
            best, of = calling(self._standings.audit.actions, row), self._models.of
            found = of(best.allowed), of(best.unknown), of(best.half)
            self._found[id(row)] = found
        return found
