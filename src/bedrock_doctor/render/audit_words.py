"""What the values of an audit are called: principals, routes, chains, owners of layers."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.audit.questions import Reaching
from bedrock_doctor.diagnose.wording import listed, name_of
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.audit import Audit, AuditedPrincipal, Chain, PrincipalType, Settle
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import HopKind
from bedrock_doctor.render.layer_names import layer_of, spoken

_MOST_REGIONS = 4
_MOST_NAMES = 12


class AuditWords:
    """Words for what one audit holds."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._names = {account.id: account.name for account in audit.accounts}

    def account(self, number: str) -> str:
        """An account by its name and id."""
        name = self._names.get(number)
        return f"{name} ({number})" if name else number

    def principal(self, position: int) -> str:
        """A principal by its whole name."""
        found = self._audit.principals[position]
        return f"{found.arn} ({found.type.value})" if not found.held else found.arn

    def via(self, way: Reaching) -> str:
        """Over which roles a way leads."""
        return f"over {self.chain(way.chain)}" if way.chain else "itself"

    def chain(self, chain: Chain) -> str:
        """The roles of a chain, each with its account where that is another than before."""
        account = self._audit.principals[chain.principal].account
        words = []
        for position in chain.roles:
            role = self._audit.principals[position]
            where = f" of {role.account}" if role.account != account else ""
            words.append(f"{name_of(role.arn)}{where}")
            account = role.account
        return " > ".join(words)

    def routes(self, routes: int, *, model: bool) -> str:
        """Routes by model and profile, with the Regions of the calls.

        Args:
            routes: a set of positions.
            model: whether the model is not plain from the question.
        """
        found: dict[str, list[str]] = {}
        every = [self._audit.routes[position] for position in positions(routes)]
        for route in every:
            name = route.profile or (route.model if model else "its own id")
            found.setdefault(name, []).append(route.region)
        if len(found) > _MOST_NAMES:
            models, profiles = (
                len({route.model for route in every}),
                len({route.profile for route in every} - {""}),
            )
            through = f", also through {profiles} profiles" if profiles else ""
            where = _regions([route.region for route in every])
            return f"{models} models{through}, in {where} (--format json names them)"
        return "; ".join(
            f"{name} in {_regions(regions)}" for name, regions in sorted(found.items())
        )


def _regions(regions: Iterable[str]) -> str:
    every = sorted(set(regions))
    return listed(every) if len(every) <= _MOST_REGIONS else f"{len(every)} Regions"


def settled_by(settle: Settle) -> str:
    """What an unknown answer depends on."""
    return listed(list(dict.fromkeys(fact.named for fact in settle)))


def blockers(walls: Iterable[tuple[PolicyLayer, str, int]], account: str) -> str:
    """Layers with how many they keep out, and with the owner where it is another account."""
    return ", ".join(
        f"{spoken(layer_of(layer, HopKind.INVOKE))}"
        f"{f' of {owner}' if owner and owner != account else ''} ({number})"
        for layer, owner, number in walls
    )


def spoken_of(principal: AuditedPrincipal) -> str:
    """A principal within its account: its kind and name."""
    if principal.type in (PrincipalType.ROLE, PrincipalType.USER):
        return f"{principal.type.value} {principal.arn.split(':', 5)[-1].partition('/')[2]}"
    return f"{principal.type.value} {principal.arn}"
