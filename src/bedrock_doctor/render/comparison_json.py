"""Two attempts side by side as JSON; all other forms are made from it."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.model.comparison import ComparedLayer, Comparison, Side
from bedrock_doctor.render.report_json import report_tree

SCHEMA_VERSION = "1.0"


def comparison_tree(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values, with both reports."""
    left, right = report_tree(comparison.left), report_tree(comparison.right)
    first = comparison.first
    return {
        "schema_version": SCHEMA_VERSION,
        "parting": comparison.parting.value,
        "first": _layer(first) if first else None,
        "differs": _differences(left, right),
        "layers": [_layer(layer) for layer in comparison.layers],
        "left": left,
        "right": right,
        "redaction": left["redaction"],
    }


def _layer(compared: ComparedLayer) -> dict[str, Any]:
    return {
        "hop": compared.stage.value,
        "step": compared.step,
        "layer": compared.layer.value,
        "parting": compared.parting.value,
        "left": _side(compared.left),
        "right": _side(compared.right),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "state": side.state.value,
        "regions": list(side.regions),
        "words": side.words,
        "findings": [finding.id for finding in side.findings],
    }


def _differences(left: dict[str, Any], right: dict[str, Any]) -> list[dict[str, Any]]:
    """What the two questions do not have in common."""
    names = {"caller": "as", "roles": "role", "endpoints": "vpce"}
    found = []
    pairs = [
        *((name, left["attempt"][name], right["attempt"][name]) for name in left["attempt"]),
        ("snapshot", left["collection"]["snapshot"], right["collection"]["snapshot"]),
    ]
    for name, first, second in pairs:
        if name == "hops":
            found += _hop_differences(first, second)
        elif first != second:
            shown = names.get(name, name.replace("_", "-"))
            found.append({"option": shown, "left": _texts(first), "right": _texts(second)})
    return found


def _hop_differences(
    left: list[dict[str, Any]], right: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    found = []
    for number, (first, second) in enumerate(zip(left, right, strict=False), 1):
        for name in first:
            if first[name] != second[name]:
                option = name.replace("_", "-") + (f" of hop {number}" if len(left) > 1 else "")
                texts = (_texts(first[name]), _texts(second[name]))
                found.append({"option": option, "left": texts[0], "right": texts[1]})
    return found


def _texts(value: Any) -> list[str]:
    """A value as texts; nothing: an empty list."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [f"{key}={', '.join(_texts(item))}" for key, item in value.items()]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
