"""Everything that principals may ask for, as targets of a matrix.

Every model of the catalog in every Region that lists it, every inference profile from every source
Region with the models behind it in every destination, the same of the profiles that an account
holds, and every role. What else Amazon Bedrock has (guardrails, jobs, agents) is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions
from bedrock_doctor.catalog.service_authorization import actions, resource_types
from bedrock_doctor.evaluate.matrix import Target
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.snapshot import Account, Snapshot
from bedrock_doctor.path import organization_policies
from bedrock_doctor.path.context import Facts, tell_resource_tags, tell_target
from bedrock_doctor.path.inference_call import UNSPECIFIED


class Family(Enum):
    """The kinds of target; each takes other actions."""

    MODEL = "foundation-model"
    PROFILE = "inference-profile"
    ROUTED = "model behind a profile"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a target stands for.

    Attributes:
        family: its kind.
        name: model id, profile id or ARN.
        region: requested Region.
        through: id of the profile that routes the request, or empty.
        source: Region from which that profile is called, or empty.
    """

    family: Family
    name: str
    region: str
    through: str = ""
    source: str = ""


INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
STS = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
COMPARED = frozenset({*INVOKE, *STS, "bedrock:CreateModelInvocationJob"})
"""Actions of an attempt of which every decision is compared."""


@cache
def actions_of(family: Family) -> tuple[str, ...]:
    """The actions that a kind of target takes."""
    match family:
        case Family.ROUTED:
            return (*INVOKE, "bedrock:CreateModelInvocationJob")
        case Family.ROLE:
            return STS
    return tuple(name for name in actions("bedrock") if family.value in resource_types(name))


@cache
def catalog_asks(partition: str) -> tuple[Asked, ...]:
    """What the catalog offers in a partition, the same for every account."""
    found: dict[Asked, None] = {}
    regions = frozenset(partitions.regions_of(partition))
    for model_id, model in bedrock_models.models().items():
        for region in model.regions:
            if model.runtime and region in regions:
                found[Asked(Family.MODEL, model_id, region)] = None
    for profile in inference_profiles.profile_ids():
        split = inference_profiles.split_profile_id(profile)
        for source in inference_profiles.sources(profile):
            if split is not None and source in regions:
                routes = inference_profiles.destinations(profile, source) or ()
                found.update(dict.fromkeys(_routed(profile, (split[1],), source, routes)))
    return tuple(found)


def _routed(
    profile: str, models: tuple[str, ...], source: str, destinations: tuple[str, ...]
) -> Iterator[Asked]:
    """The profile, and its models where it leads."""
    yield Asked(Family.PROFILE, profile, source)
    is_global = profile.startswith(f"{inference_profiles.GLOBAL}.")
    others = (UNSPECIFIED,) if is_global else destinations
    for model in models:
        for region in dict.fromkeys((source, *others)):
            yield Asked(Family.ROUTED, model, region, profile, source)


def own_asks(account: Account) -> tuple[Asked, ...]:
    """What the snapshot knows of an account's profiles beyond the catalog."""
    found: dict[Asked, None] = {}
    for region, held in account.bedrock.items():
        for profile in held.profiles.values():
            arns = [parse_arn(arn) for arn in profile.model_arns if is_arn(arn)]
            models = tuple(dict.fromkeys(arn.resource_name for arn in arns))
            leads = tuple(sorted({arn.region for arn in arns} - {""}))
            found.update(dict.fromkeys(_routed(profile.id, models, region, leads)))
    return tuple(found)


def model_targets(
    account: str, partition: str, snapshot: Snapshot
) -> tuple[tuple[Target, Asked], ...]:
    """Everything of Amazon Bedrock that the principals of an account may ask for."""
    held = snapshot.accounts.get(account, Account(account))
    names = {
        (profile.id, region): profile.arn
        for region, there in held.bedrock.items()
        for profile in there.profiles.values()
    }
    asks = dict.fromkeys((*catalog_asks(partition), *own_asks(held)))
    of_aws, of_account = (owned_context(snapshot, owner) for owner in (None, account))
    contexts: dict[tuple[str, str], Context] = {}
    found = []
    for ask in asks:
        if ask.family is Family.PROFILE:
            known = names.get((ask.name, ask.region))
            resource = known or _profile_arn(partition, account, ask.region, ask.name)
            owner, profile = account, ""
        else:
            where = "" if ask.region == UNSPECIFIED else ask.region
            resource = f"arn:{partition}:bedrock:{where}::foundation-model/{ask.name}"
            owner, profile = "", ""
            if ask.through:
                known = names.get((ask.through, ask.source))
                profile = known or _profile_arn(partition, account, ask.source, ask.through)
        key = (ask.region, owner or profile)
        if key not in contexts:
            contexts[key] = asked_context(of_account if owner else of_aws, ask.region, profile)
        found.append((Target(resource, owner or None, contexts[key]), ask))
    return tuple(found)


def _profile_arn(partition: str, account: str, region: str, profile: str) -> str:
    return f"arn:{partition}:bedrock:{region}:{account}:inference-profile/{profile}"


def owned_context(snapshot: Snapshot, owner: str | None) -> Context:
    """The keys of everything of Amazon Bedrock that one account owns; None: that AWS owns."""
    facts = Facts()
    tell_target(facts, snapshot, region="", resource_account=owner)
    for key in ("bedrock:ServiceTier", "bedrock:GuardrailIdentifier"):
        facts.doubt(key)
    return facts.context({})


def asked_context(common: Context, region: str, profile: str) -> Context:
    """The keys of one target: those that all have, and where and through what it is asked for."""
    values = {**common.values, "aws:requestedregion": (region,)}
    if profile:
        values["bedrock:inferenceprofilearn"] = (profile,)
    return replace(common, values=values)


def role_targets(region: str, snapshot: Snapshot) -> tuple[tuple[Target, Asked], ...]:
    """All roles that are held, to assume them from a Region."""
    found = []
    for number, account in sorted(snapshot.accounts.items()):
        rcp = organization_policies.rcps(snapshot, number, "sts")
        common = role_context(snapshot, number, region)
        for role in sorted(account.roles.values(), key=lambda entity: entity.arn):
            context = tagged_role(common, role.tags)
            target = Target(role.arn, number, context, role.trust, rcp)
            found.append((target, Asked(Family.ROLE, role.arn, region)))
    return tuple(found)


def role_context(snapshot: Snapshot, account: str, region: str) -> Context:
    """The keys of all roles of an account.

    What AssumeRole passes is the caller's choice, so it is not known.
    """
    facts = Facts()
    tell_target(facts, snapshot, region=region, resource_account=account)
    for key in (
        "sts:ExternalId",
        "sts:RoleSessionName",
        "sts:SourceIdentity",
        "sts:DurationSeconds",
        "sts:TransitiveTagKeys",
        "aws:TagKeys",
    ):
        facts.doubt(key)
    facts.doubt_prefix("aws:RequestTag/", "")
    return facts.context({})


def tagged_role(common: Context, tags: Mapping[str, str] | None) -> Context:
    """The keys of one role: those of all of its account, and its tags."""
    facts = Facts()
    tell_resource_tags(facts, tags, "", "iam")
    own = facts.context({})
    return replace(
        common,
        values={**common.values, **own.values},
        unknown_prefixes={**common.unknown_prefixes, **own.unknown_prefixes},
        spelling={**common.spelling, **own.spelling},
    )
