"""The difference between two versions of a catalog file, as lines for a reviewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def entries(data: Json) -> dict[str, Any]:
    """Flattens a catalog file into reviewable entries: a title to what stands under it."""
    flat: dict[str, Any] = {}
    for service, parts in data.get("services", {}).items():
        for name, action in parts["actions"].items():
            flat[f"action {service}:{name}"] = action
        for name, arn in parts["resource_types"].items():
            flat[f"resource type {service} {name}"] = arn
        for name, kind in parts["condition_keys"].items():
            flat[f"condition key of {service} {name}"] = kind
    for name, model in data.get("models", {}).items():
        flat[f"model {name}"] = {
            key: value for key, value in model.items() if key not in ("profiles", "changed")
        }
        for prefix, routes in model["profiles"].items():
            for source, destinations in routes.items():
                flat[f"profile {prefix}.{name} from {source}"] = destinations
    for name in ("lifecycle", "removed", "partitions", "guardrail_profiles"):
        for key, value in data.get(name, {}).items():
            flat[f"{name} {key}"] = value
    for name, value in data.items():
        if isinstance(value, list) and name != "sources":
            flat.update({f"{name} {item}": True for item in value})
    return flat


def _change(old: Any, new: Any) -> str:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [key for key in new if old.get(key) != new[key]]
        return "; ".join(f"{key}: {_change(old.get(key), new[key])}" for key in keys)
    if isinstance(old, list) and isinstance(new, list):
        gone = [f"-{item}" for item in old if item not in new]
        return " ".join(gone + [f"+{item}" for item in new if item not in old])
    return f"{old} -> {new}"


def lines(old: Json, new: Json) -> Iterator[str]:
    """Added (``+``), removed (``-``) and changed (``~``) entries, sorted by title."""
    before, after = entries(old), entries(new)
    for title in sorted(before.keys() | after.keys()):
        if title not in before:
            yield f"+ {title}"
        elif title not in after:
            yield f"- {title}"
        elif before[title] != after[title]:
            yield f"~ {title}: {_change(before[title], after[title])}"


def counts(data: Json) -> dict[str, int]:
    """How many entries of each kind a file holds, for its floors."""
    found: dict[str, int] = {}
    for title in entries(data):
        kind = title.split(" ", 1)[0]
        found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items()))
