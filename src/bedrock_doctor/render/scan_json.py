"""A scan of a trail as JSON: one document, or one group a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bedrock_doctor.model.trail import DenialGroup, TrailScan
from bedrock_doctor.render.redact import Redactor

SCHEMA_VERSION = "1.0"
_OURS = frozenset({"cause", "cause_slug", "layer", "verdict", "findings", "error_code", "service"})


def scan_tree(scan: TrailScan, redactor: Redactor) -> dict[str, Any]:
    """The whole answer."""
    tree: dict[str, Any] = {"schema_version": SCHEMA_VERSION, **asdict(scan)}
    tree["groups"] = [group_tree(group, redactor) for group in scan.groups]
    tree["unread"] = [{**entry, "where": redactor.text(entry["where"])} for entry in tree["unread"]]
    tree["redaction"] = redactor.level.value
    return tree


def scan_lines(scan: TrailScan, redactor: Redactor) -> str:
    """One group a line."""
    return "".join(json.dumps(group_tree(group, redactor)) + "\n" for group in scan.groups)


def group_tree(group: DenialGroup, redactor: Redactor) -> dict[str, Any]:
    """A group with the parts of its call beside its own."""
    tree = asdict(group)
    flat = {**tree.pop("call"), **tree}
    flat["hours"] = dict(group.hours)
    return {key: _concealed(key, value, redactor) for key, value in flat.items()}


def _concealed(key: str, value: Any, redactor: Redactor) -> Any:
    if key in _OURS:
        return value
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, tuple | list):
        return [_concealed("", item, redactor) for item in value]
    if isinstance(value, dict) and key == "diagnosis":
        return {name: _concealed(name, item, redactor) for name, item in value.items()}
    return value
