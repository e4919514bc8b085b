"""The hand-written cases of ``cases/*.json``: one behaviour each, with the clauses it proves.

A file is a list of objects with ``title``, ``clauses``, ``expect`` and whatever differs from
``DEFAULT_CASE``; ``request`` differs key by key. ``expect.layers`` names only what matters.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parent / "cases"
ACCOUNT = "111122223333"
DEFAULT_REQUEST: dict[str, Any] = {
    "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-1",
    "principal_account": ACCOUNT,
    "action": "bedrock:InvokeModel",
    "resource": f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:inference-profile/eu.m-v1:0",
    "resource_account": ACCOUNT,
    "context": {},
}
DEFAULT_CASE: dict[str, Any] = {
    "identity_policies": [],
    "resource_policy": None,
    "boundary": None,
    "session_policy": None,
    "vpce_policy": None,
    "scp_levels": [],
    "rcp_levels": [],
}


def load() -> dict[str, dict[str, Any]]:
    """Every case by its id ``file/title``, ready for an evaluator under the key ``case``."""
    loaded = {}
    for path in sorted(DIRECTORY.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            name = f"{path.stem}/{entry['title']}"
            given = {k: v for k, v in entry.items() if k not in ("title", "clauses", "expect")}
            request = DEFAULT_REQUEST | given.pop("request", {})
            assert name not in loaded, f"two cases are called {name}"
            loaded[name] = {
                "case": DEFAULT_CASE | given | {"id": name, "request": request},
                "clauses": entry["clauses"],
                "expect": entry["expect"],
            }
    return loaded


def differs(answer: dict[str, Any], expect: dict[str, Any]) -> list[str]:
    """What an answer has otherwise than a case expects."""
    wrong = [
        f"{key}: {answer[key]} instead of {expect[key]}"
        for key in ("verdict", "blocked_by")
        if key in expect and answer[key] != expect[key]
    ]
    layers = expect.get("layers", {})
    return wrong + [
        f"{name}: {answer['layers'][name]} instead of {word}"
        for name, word in layers.items()
        if answer["layers"][name] != word
    ]
