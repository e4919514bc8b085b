"""The checks of all routes as targets of one matrix.

The targets lie in planes: the n-th target of a plane is a check of the n-th route. Routes with most
destinations come first, so that each plane holds the first routes, as many as have such a check. So
the answer of every route is a bitwise combination of a few planes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from bedrock_doctor.audit.offers import Offer
from bedrock_doctor.evaluate.matrix import Target
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.path import organization_policies
from bedrock_doctor.path.context import Facts, tell_resource_tags
from bedrock_doctor.path.inference_call import UNSPECIFIED
from bedrock_doctor.universe.targets import asked_context, owned_context

MODEL, JOB, PROFILE = 0, 1, 2
"""The planes of: the model in the Region of the call, without profile; batch jobs in that Region;
the profile. Behind them come the models in the destinations."""


class Layout:
    """Routes and their checks.

    Args:
        offers: the routes, those with most checks first.
        account: the account that calls.
        partition: its partition.
        snapshot: what holds the account and its organization.
        leave_out: keys of targets that no policy asks for.

    Attributes:
        everything: the set of all routes.
        direct: the set of those without profile.
        targets: plane by plane.
        behind: numbers of the planes of destinations.
        regions: for each of these planes the Regions with their routes.
    """

    def __init__(
        self,
        offers: Sequence[Offer],
        account: str,
        partition: str,
        snapshot: Snapshot,
        leave_out: frozenset[str] = frozenset(),
    ) -> None:
        self._account, self._partition = account, partition
        self._rcp = organization_policies.rcps(snapshot, account, "bedrock")
        self._of_aws, self._of_account = (
            _without(owned_context(snapshot, owner), leave_out) for owner in (None, account)
        )
        self._contexts: dict[tuple[str, str, str], Context] = {}
        rows = [self._checks(offer) for offer in offers]
        depth = max(map(len, rows), default=PROFILE)
        planes = [[row[n] for row in rows if len(row) > n] for n in range(depth)]
        self._sizes = tuple(map(len, planes))
        self._starts = tuple(accumulate(self._sizes, initial=0))
        self.everything = (1 << len(rows)) - 1
        profiles = self._sizes[PROFILE] if depth > PROFILE else 0
        self.direct = self.everything >> profiles << profiles
        self.behind = range(PROFILE + 1, depth)
        self.targets = tuple(target for plane in planes for target in plane)
        self.regions = tuple(_by_region(offers, plane - PROFILE - 1) for plane in self.behind)

    def plane(self, bits: int, number: int) -> int:
        """The routes whose check of a plane is in a set of targets."""
        return bits >> self._starts[number] & (1 << self._sizes[number]) - 1

    def target(self, plane: int, route: int) -> int:
        """Position of the target that is a route's check of a plane."""
        return self._starts[plane] + route

    def _checks(self, offer: Offer) -> list[Target]:
        route = offer.route
        model = self._model(route.model, route.region)
        job = self._own("model-invocation-job/*", route.region)
        if not route.profile:
            return [model, job]
        if route.account:
            profile = self._tagged(route.profile, offer)
        else:
            profile = self._own(f"inference-profile/{route.profile}", route.region)
        routed = [self._model(name, where, profile.resource) for name, where in offer.models]
        return [model, job, profile, *routed]

    def _model(self, model: str, region: str, profile: str = "") -> Target:
        arn = f"arn:{self._partition}:bedrock:{region}::foundation-model/{model}"
        return Target(arn, None, self._context("", region or UNSPECIFIED, profile))

    def _own(self, resource: str, region: str) -> Target:
        arn = f"arn:{self._partition}:bedrock:{region}:{self._account}:{resource}"
        return Target(arn, self._account, self._context(self._account, region, ""), rcp=self._rcp)

    def _tagged(self, arn: str, offer: Offer) -> Target:
        facts = Facts()
        settle = f"aws bedrock list-tags-for-resource --resource-arn {arn}"
        tell_resource_tags(facts, offer.tags, settle)
        tags = facts.context({})
        told = self._context(self._account, offer.route.region, "")
        context = replace(
            told,
            values={**told.values, **tags.values},
            unknown_prefixes={**told.unknown_prefixes, **tags.unknown_prefixes},
        )
        return Target(arn, parse_arn(arn).account, context, rcp=self._rcp)

    def _context(self, owner: str, region: str, profile: str) -> Context:
        key = owner, region, profile
        found = self._contexts.get(key)
        if found is None:
            common = self._of_account if owner else self._of_aws
            found = self._contexts[key] = asked_context(common, region, profile)
        return found


def _without(context: Context, keys: frozenset[str]) -> Context:
    return replace(
        context,
        values={key: value for key, value in context.values.items() if key not in keys},
        unknown={key: fact for key, fact in context.unknown.items() if key not in keys},
    )


def _by_region(offers: Sequence[Offer], number: int) -> dict[str, int]:
    """The routes by the Region of their n-th check behind the profile."""
    found: dict[str, int] = {}
    for position, offer in enumerate(offers):
        if number < len(offer.models):
            region = offer.models[number][1] or UNSPECIFIED
            found[region] = found.get(region, 0) | 1 << position
    return found
