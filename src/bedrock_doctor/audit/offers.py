"""The ways to call a model: what AWS offers to all, and what an account has of its own.

The catalog says what is offered; where a snapshot holds an inference profile, its destinations win
over the catalog's, as in a diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions
from bedrock_doctor.catalog.bedrock_models import Offer as Listed
from bedrock_doctor.errors import BadArn, UnknownName
from bedrock_doctor.model.arn import is_arn
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.audit import Route
from bedrock_doctor.model.snapshot import Account, BedrockRegion, Snapshot
from bedrock_doctor.model.way import Purpose, Target
from bedrock_doctor.path.inference import routed_models
from bedrock_doctor.path.inference_call import UNSPECIFIED
from bedrock_doctor.path.target import resolve_target

_NOTHING = Snapshot()


@dataclass(frozen=True, slots=True)
class Offer:
    """A route, with what AWS checks behind its profile.

    Attributes:
        route: the route.
        models: model id and Region of each check; empty without profile.
        tags: of an application profile; None: not collected.
    """

    route: Route
    models: tuple[tuple[str, str], ...] = ()
    tags: Mapping[str, str] | None = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which routes are asked for.

    Attributes:
        models: ids of models and profiles; empty: all.
        regions: Regions of the calls; empty: all.
    """

    models: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    def holds(self, route: Route) -> bool:
        """Whether a route is one of them."""
        named = not self.models or not self.models.isdisjoint((route.model, route.profile))
        return named and (not self.regions or route.region in self.regions)


@dataclass(frozen=True, slots=True)
class OwnOffers:
    """What differs in one account from what AWS offers to all.

    Attributes:
        offers: its own ones.
        replaced: positions of offers for all that do not hold in this account.
        unclear: profiles of which nobody knows where they lead, so that they are no offers.
    """

    offers: tuple[Offer, ...] = ()
    replaced: tuple[int, ...] = ()
    unclear: tuple[str, ...] = ()


@cache
def offers_of(partition: str) -> tuple[Offer, ...]:
    """What AWS offers to all accounts of a partition, routes with most destinations first."""
    regions = frozenset(partitions.regions_of(partition))
    found = [
        Offer(Route(model, region))
        for model, listed in sorted(bedrock_models.models().items())
        for region in listed.regions
        if listed.runtime and region in regions
        if bedrock_models.on_demand(model, region) is not Listed.NO
    ]
    for profile in inference_profiles.profile_ids():
        for region in inference_profiles.sources(profile):
            if region in regions:
                target = _resolved(profile, region, _NOTHING, partition, "")
                found.extend(_routed(target, region))
    return tuple(sorted(found, key=_order))


def _order(offer: Offer) -> tuple[int, str, str, str]:
    route = offer.route
    return -len(offer.models), route.model, route.profile, route.region


def _resolved(name: str, region: str, snapshot: Snapshot, partition: str, account: str) -> Target:
    return resolve_target(Attempt("", (), name, region), snapshot, partition, account)


def _routed(
    target: Target, region: str, account: str = "", tags: Mapping[str, str] | None = None
) -> Iterator[Offer]:
    """The offer of a profile; none where its destinations are not known."""
    models = tuple((model, where) for _, model, where in routed_models(target, region))
    if not models or not (target.destinations or target.is_global):
        return
    own = target.kind is Purpose.APPLICATION_PROFILE
    route = Route(
        model=target.models[0],
        region=region,
        profile=target.arn if own else target.id,
        destinations=tuple(dict.fromkeys(where or UNSPECIFIED for _, where in models)),
        account=account if own else "",
    )
    yield Offer(route, models, tags if own else {})


def own_offers(
    account: Account,
    snapshot: Snapshot,
    partition: str,
    common: tuple[Offer, ...],
    wanted: Wanted,
) -> OwnOffers:
    """What a snapshot knows of an account beyond what AWS offers to all.

    Args:
        account: the account.
        snapshot: what holds it.
        partition: of the account.
        common: offers to all.
        wanted: which routes are asked for.
    """
    if not account.bedrock:
        return OwnOffers()
    places = {(o.route.model, o.route.region, o.route.profile): n for n, o in enumerate(common)}
    found: dict[Offer, None] = {}
    replaced: list[int] = []
    unclear: list[str] = []
    for region, held in sorted(account.bedrock.items()):
        for model in _listed(held):
            if (model, region, "") not in places:
                found[Offer(Route(model, region))] = None
        for profile in {profile.arn: profile for profile in held.profiles.values()}.values():
            name = (
                profile.arn if profile.type == "APPLICATION" and is_arn(profile.arn) else profile.id
            )
            try:
                target = _resolved(name, region, snapshot, partition, account.id)
            except (UnknownName, BadArn):
                unclear.append(name)
                continue
            offers = list(_routed(target, region, account.id, profile.tags))
            if not offers:
                unclear.append(name)
            for offer in offers:
                place = places.get((offer.route.model, region, offer.route.profile))
                if place is None:
                    found[offer] = None
                elif common[place] != offer:
                    replaced.append(place)
                    found[offer] = None
    kept = tuple(offer for offer in sorted(found, key=_order) if wanted.holds(offer.route))
    return OwnOffers(kept, tuple(replaced), tuple(unclear))


def _listed(held: BedrockRegion) -> Iterator[str]:
    """Models that the account's list says can be called by their own ids."""
    if isinstance(held.models, Mapping):
        for model in held.models.values():
            if "ON_DEMAND" in model.inference_types:
                yield model.id
