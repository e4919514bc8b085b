"""System-defined inference profiles and where they route, by source Region.

The same profile id has different destinations in different source Regions.
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
"""

from __future__ import annotations

from functools import cache

from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.catalog.spelling import near_matches

GLOBAL = "global"
PREFIXES = ("apac", "au", "ca", "eu", GLOBAL, "in", "jp", "us", "us-gov")
"""Prefixes of system-defined profile ids; ``us-gov`` is documented, the scan misses GovCloud."""


def split_profile_id(text: str) -> tuple[str, str] | None:
    """Splits ``eu.anthropic.claude-…`` into prefix and model id; None when it has no such prefix.

    A model id never begins with a prefix: providers are spelled out.
    """
    prefix, dot, model_id = text.partition(".")
    return (prefix, model_id) if dot and prefix in PREFIXES and "." in model_id else None


@cache
def _routes() -> dict[str, dict[str, tuple[str, ...]]]:
    """Profile id to source Region to destination Regions."""
    routes: dict[str, dict[str, tuple[str, ...]]] = {}
    for model_id, found in bedrock_models.models().items():
        for prefix, by_source in found.profiles.items():
            routes[f"{prefix}.{model_id}"] = by_source
        if found.global_sources:
            routes[f"{GLOBAL}.{model_id}"] = dict.fromkeys(
                found.global_sources, found.global_destinations
            )
    return routes


def profile_ids() -> tuple[str, ...]:
    """Ids of all profiles, sorted."""
    return tuple(sorted(_routes()))


def is_known(profile_id: str) -> bool:
    """Whether the profile is offered from some source Region."""
    return profile_id in _routes()


def sources(profile_id: str) -> tuple[str, ...]:
    """Regions from which the profile can be called, sorted; empty when it is not known."""
    return tuple(sorted(_routes().get(profile_id, {})))


def destinations(profile_id: str, source_region: str) -> tuple[str, ...] | None:
    """Regions to which a profile routes from a source Region, sorted.

    For ``global`` profiles the list is what was seen and may grow: authorization checks the model
    under global routing instead of these Regions.

    Returns:
        None when the catalog knows no such profile in that source Region.
    """
    return _routes().get(profile_id, {}).get(source_region)


def profiles_of(source_region: str) -> tuple[str, ...]:
    """Ids of the profiles that can be called from a Region, sorted."""
    return tuple(sorted(name for name, routes in _routes().items() if source_region in routes))


def profiles_for(model_id: str, source_region: str) -> tuple[str, ...]:
    """Ids of the profiles of one model that can be called from a Region; ``global`` comes last."""
    found = [
        f"{prefix}.{model_id}"
        for prefix in PREFIXES
        if source_region in _routes().get(f"{prefix}.{model_id}", {})
    ]
    return tuple(sorted(found, key=lambda name: (name.startswith(f"{GLOBAL}."), name)))


def near_profiles(text: str, source_region: str, limit: int = 3) -> tuple[str, ...]:
    """Profiles of a Region that somebody who wrote `text` may have meant, best first."""
    return near_matches(text.strip(), profiles_of(source_region), limit)
