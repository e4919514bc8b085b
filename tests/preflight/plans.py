"""Terraform plans as `terraform show -json` prints them, built from a few changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

AI = "arn:aws:iam::444455556666"
ROLE_ARN = f"{AI}:role/rag-inference"


def change(
    address: str,
    actions: str | list[str],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    unknown: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One entry of ``resource_changes``; type, name, module and index are those of the address."""
    parts = address.split(".")
    module = ".".join(parts[:-2])
    name, bracket, index = parts[-1].partition("[")
    return {
        "address": address,
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": parts[-2],
        "name": name,
        **({"index": json.loads(index[:-1])} if bracket else {}),
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": [actions] if isinstance(actions, str) else actions,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
    }


def plan(
    *changes: dict[str, Any], configuration: Mapping[str, Any] | None = None, **more: Any
) -> bytes:
    """A whole plan."""
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.8",
            "planned_values": {"root_module": {}},
            "resource_changes": list(changes),
            "configuration": configuration or {"root_module": {}},
            **more,
        }
    ).encode()


def policy(*statements: Mapping[str, Any]) -> str:
    """A document as providers store it: on one line."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(*principals: str) -> str:
    """A trust policy."""
    return policy(
        {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    )


def resource(address: str, provider: str = "aws", **references: list[str]) -> dict[str, Any]:
    """A resource of a module's configuration; its attributes refer to others."""
    kind, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": provider,
        "expressions": {key: {"references": names} for key, names in references.items()},
    }
