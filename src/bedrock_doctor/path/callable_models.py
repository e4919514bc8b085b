"""Which models can be called from a Region, and how. A snapshot wins over the catalog.

https://docs.aws.amazon.com/bedrock/latest/userguide/models-region-compatibility.html
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions
from bedrock_doctor.catalog.bedrock_models import Offer
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.snapshot import (
    BedrockRegion,
    FoundationModel,
    InferenceProfile,
    Snapshot,
)

END_OF_LIFE = "END OF LIFE"


@dataclass(frozen=True, slots=True)
class CallableProfile:
    """An inference profile that contains a model.

    Attributes:
        id: profile id.
        destinations: Regions to which it routes, sorted; empty where they are not known.
        is_global: whether it routes to any commercial Region.
        source: ``snapshot`` or ``catalog``.
    """

    id: str
    destinations: tuple[str, ...]
    is_global: bool
    source: str


@dataclass(frozen=True, slots=True)
class CallableModel:
    """One model, seen from one Region.

    Attributes:
        id: model id.
        direct: whether bedrock-runtime takes the bare model id there.
        profiles: profiles of the Region that contain it, ``global`` last.
        mantle: whether bedrock-mantle serves it there.
        lifecycle: ``ACTIVE``, ``LEGACY``, `END_OF_LIFE`, or empty where it is not known.
        end_of_life: ISO 8601 date, or empty.
        source: where `direct` and `lifecycle` come from: ``snapshot`` or ``catalog``.
    """

    id: str
    direct: Offer
    profiles: tuple[CallableProfile, ...]
    mantle: Offer
    lifecycle: str
    end_of_life: str
    source: str

    @property
    def is_callable(self) -> bool:
        """Whether a way is offered, or may be."""
        ways = {Offer.YES} if self.profiles else {self.direct, self.mantle}
        return self.lifecycle != END_OF_LIFE and ways != {Offer.NO}


@dataclass(frozen=True, slots=True)
class ModelListing:
    """The models of a Region, and what the answer rests on.

    Attributes:
        models: sorted by id.
        sources: name of a source to its date, ISO 8601.
        is_complete: False where neither the catalog covers the Region nor the snapshot lists its
            models, so that others may be offered.
    """

    models: tuple[CallableModel, ...]
    sources: dict[str, str]
    is_complete: bool


def list_models(region: str, snapshot: Snapshot, account: str | None, day: str) -> ModelListing:
    """Every model that can be called from a Region by one account.

    Args:
        region: Region code.
        snapshot: what was collected; an empty one leaves the catalog alone.
        account: the account that calls; None: the only one of the snapshot.
        day: today, ISO 8601.

    Raises:
        UnknownName: no such Region, or an account that the snapshot does not hold.
        UsageError: the snapshot holds several accounts and none is named.
    """
    held = _held(region, snapshot, account)
    if held is None and not partitions.is_region(region):
        near = " or ".join(f"`{name}`" for name in partitions.near_regions(region))
        raise UnknownName(
            f"`{region}` is no AWS Region that is known",
            help=f"did you mean {near}?" if near else None,
        )
    sources = {"catalog": bedrock_models.data_date()}
    if held is not None:
        sources = {"snapshot": snapshot.created[:10] or "unknown date", **sources}
    listed = held is not None and isinstance(held.models, Mapping)
    complete = listed or bedrock_models.covers_region(region)
    return ModelListing(callable_models(region, held, day), sources, complete)


def _held(region: str, snapshot: Snapshot, account: str | None) -> BedrockRegion | None:
    known = ", ".join(sorted(snapshot.accounts))
    if account is None and len(snapshot.accounts) > 1:
        raise UsageError(
            "the snapshot holds several accounts", help=f"add --from-account: one of {known}"
        )
    if account is not None and account not in snapshot.accounts:
        raise UnknownName(
            f"the snapshot holds no account `{account}`",
            help=f"it holds {known}" if known else "give a --snapshot that holds it",
        )
    name = account or next(iter(snapshot.accounts), "")
    return snapshot.accounts[name].bedrock.get(region) if name else None


def callable_models(region: str, held: BedrockRegion | None, day: str) -> tuple[CallableModel, ...]:
    """Every model that can be called from a Region, sorted by id.

    Args:
        region: Region code.
        held: what was collected of the account in that Region, if anything was.
        day: today, ISO 8601: tells an end of life that has passed.
    """
    listed = held.models if held and isinstance(held.models, Mapping) else None
    collected = _collected_profiles(held)
    covered = bedrock_models.models() if bedrock_models.covers_region(region) else {}
    names = {*(covered if listed is None else listed), *collected}
    rows = (
        _row(name, region, listed.get(name) if listed else None, collected, held, day)
        for name in sorted(names)
    )
    return tuple(row for row in rows if row.is_callable)


def _row(
    name: str,
    region: str,
    listed: FoundationModel | None,
    collected: Mapping[str, list[InferenceProfile]],
    held: BedrockRegion | None,
    day: str,
) -> CallableModel:
    life, end = _lifecycle(name, region, listed, day)
    return CallableModel(
        id=name,
        direct=_direct(name, region, listed),
        profiles=_profiles(name, region, collected.get(name, ()), held),
        mantle=bedrock_models.mantle_offer(name, region),
        lifecycle=life,
        end_of_life=end,
        source="snapshot" if listed else "catalog",
    )


def _direct(name: str, region: str, listed: FoundationModel | None) -> Offer:
    if listed is None or not listed.inference_types:
        return bedrock_models.on_demand(name, region)
    return Offer.YES if "ON_DEMAND" in listed.inference_types else Offer.NO


def _lifecycle(name: str, region: str, listed: FoundationModel | None, day: str) -> tuple[str, str]:
    dates = bedrock_models.lifecycle(name, region)
    end = listed.end_of_life[:10] if listed and listed.end_of_life else dates.end if dates else ""
    if end and end <= day:
        return END_OF_LIFE, end
    if listed and listed.lifecycle:
        return listed.lifecycle, end
    if dates and dates.legacy <= day:
        return "LEGACY", end
    return ("ACTIVE" if bedrock_models.covers_region(region) else ""), end


def _collected_profiles(held: BedrockRegion | None) -> dict[str, list[InferenceProfile]]:
    """Model id to the profiles that were collected and contain it."""
    found: dict[str, list[InferenceProfile]] = {}
    for profile in {p.arn: p for p in held.profiles.values()}.values() if held else ():
        models = {parse_arn(arn).resource_name for arn in profile.model_arns if is_arn(arn)}
        for name in models:
            found.setdefault(name, []).append(profile)
    return found


def _profiles(
    name: str, region: str, collected: Iterable[InferenceProfile], held: BedrockRegion | None
) -> tuple[CallableProfile, ...]:
    rows = {profile.id: _from_snapshot(profile) for profile in collected}
    if not (held and held.profiles_complete):
        for profile_id in inference_profiles.profiles_for(name, region):
            routes = inference_profiles.destinations(profile_id, region) or ()
            is_global = profile_id.startswith(f"{inference_profiles.GLOBAL}.")
            row = CallableProfile(profile_id, tuple(sorted(routes)), is_global, "catalog")
            rows.setdefault(profile_id, row)
    return tuple(sorted(rows.values(), key=lambda row: (row.is_global, row.id)))


def _from_snapshot(profile: InferenceProfile) -> CallableProfile:
    regions = {parse_arn(arn).region for arn in profile.model_arns if is_arn(arn)}
    is_global = "" in regions or profile.id.startswith(f"{inference_profiles.GLOBAL}.")
    return CallableProfile(profile.id, tuple(sorted(regions - {""})), is_global, "snapshot")
