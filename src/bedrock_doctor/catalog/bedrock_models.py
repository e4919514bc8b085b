"""Foundation models: where they are offered, and in which state of life.

The data comes from a scan of the commercial Regions. A Region that was not scanned (GovCloud,
me-central-1, me-south-1) is not known, which is another answer than "not offered". Availability
differs by account as well: what a snapshot says wins.

https://docs.aws.amazon.com/bedrock/latest/userguide/models-region-compatibility.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bedrock_doctor.catalog.dataset import CatalogHeader, read_file
from bedrock_doctor.catalog.spelling import near_matches


class Offer(StrEnum):
    """Whether something is offered, as far as the catalog knows."""

    YES = "offered"
    NO = "not offered"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Model:
    """One foundation model.

    Attributes:
        changed: day on which its entry last changed, ISO 8601.
        runtime: whether the bedrock-runtime endpoint serves it at all.
        legacy: whether it is Legacy in at least one Region.
        streaming: whether it can stream responses.
        regions: Regions that list it, for whichever endpoint and way of inference.
        on_demand: Regions that list it for on-demand use; see `on_demand`.
        mantle: Regions in which bedrock-mantle serves it.
        profiles: geographic prefix to source Region to destination Regions.
        global_sources: Regions from which its global profile can be called.
        global_destinations: Regions to which the global profile was seen to route; may grow.
    """

    changed: str
    runtime: bool
    legacy: bool
    streaming: bool
    regions: tuple[str, ...]
    on_demand: tuple[str, ...]
    mantle: tuple[str, ...]
    profiles: dict[str, dict[str, tuple[str, ...]]]
    global_sources: tuple[str, ...]
    global_destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Announced dates of a model for some Regions. Dates are ISO 8601.

    Attributes:
        regions: Regions to which the dates apply.
        legacy: first day of the Legacy period.
        extended: first day of public extended access, or empty.
        end: end of life: requests fail after it.
    """

    regions: tuple[str, ...]
    legacy: str
    extended: str
    end: str


@dataclass(frozen=True, slots=True)
class _File:
    header: CatalogHeader
    scanned_regions: frozenset[str]
    models: dict[str, Model]
    removed: dict[str, str]
    lifecycle: dict[str, tuple[Lifecycle, ...]]
    guardrail_profiles: dict[str, dict[str, tuple[str, ...]]]


@cache
def _file() -> _File:
    return read_file("bedrock_models.json", _File)


def data_date() -> str:
    """Date of the model data, ISO 8601."""
    return _file().header.date


def covers_region(region: str) -> bool:
    """Whether the catalog can tell which models a Region offers."""
    return region in _file().scanned_regions


def model_ids() -> tuple[str, ...]:
    """Ids of all models, sorted."""
    return tuple(sorted(models()))


def models() -> dict[str, Model]:
    """All models by id. Callers must not change it."""
    return _file().models


def model(model_id: str) -> Model | None:
    """What is known of a model; None when the catalog does not hold it."""
    return models().get(model_id)


def is_known(model_id: str) -> bool:
    """Whether the id is that of a present or former model."""
    return any(model_id in names for names in (_file().models, _file().removed, _file().lifecycle))


def near_models(text: str, limit: int = 3) -> tuple[str, ...]:
    """Model ids that somebody who wrote `text` may have meant, best first.

    A name without its provider (``claude-sonnet-4-6``) is compared with what follows it.
    """
    names = model_ids()
    wanted = text.strip().lower()
    tails = [name for name in names if wanted and name.lower().partition(".")[2].startswith(wanted)]
    found = [*tails, *(name for name in near_matches(wanted, names, limit) if name not in tails)]
    return tuple(found[:limit])


def offered_in(model_id: str, region: str) -> Offer:
    """Whether bedrock-runtime serves the model from a Region, directly or through a profile."""
    found = model(model_id)
    if found is None or not covers_region(region):
        return Offer.UNKNOWN
    if not found.runtime:
        return Offer.NO
    routed = region in found.global_sources or any(
        region in routes for routes in found.profiles.values()
    )
    return Offer.YES if routed else on_demand(model_id, region)


def on_demand(model_id: str, region: str) -> Offer:
    """Whether bedrock-runtime takes the bare model id in a Region.

    The scan lists a model as on-demand in every Region where bedrock-mantle serves it, although
    bedrock-runtime may want a profile there (the model card of Claude Opus 5 shows both tables:
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-opus-5.html).
    In those Regions the answer is UNKNOWN.
    """
    found = model(model_id)
    if found is None or not covers_region(region):
        return Offer.UNKNOWN
    if not found.runtime or region not in found.on_demand:
        return Offer.NO
    return Offer.UNKNOWN if region in found.mantle else Offer.YES


def mantle_offer(model_id: str, region: str) -> Offer:
    """Whether bedrock-mantle serves the model in a Region."""
    found = model(model_id)
    if found is None or not covers_region(region):
        return Offer.UNKNOWN
    return Offer.YES if region in found.mantle else Offer.NO


def lifecycle(model_id: str, region: str) -> Lifecycle | None:
    """Announced lifecycle dates of a model in a Region; None when none are known.

    https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html
    """
    rows = _file().lifecycle.get(model_id, ())
    return next((row for row in rows if region in row.regions), None)


def lifecycle_date() -> str:
    """Date of the page that the lifecycle dates come from, ISO 8601."""
    return _file().header.sources[1].date


def removed_on(model_id: str) -> str | None:
    """Day on which a former model was no longer listed anywhere, ISO 8601; None for all others."""
    return _file().removed.get(model_id)


def guardrail_profiles() -> dict[str, dict[str, tuple[str, ...]]]:
    """Guardrail profile id to source Region to destination Regions. Callers must not change it.

    https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html
    """
    return _file().guardrail_profiles


def guardrail_profiles_date() -> str:
    """Date of the page that the guardrail profiles come from, ISO 8601."""
    return _file().header.sources[2].date
