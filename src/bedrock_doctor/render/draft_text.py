"""Drafted policies for people and as JSON."""

from __future__ import annotations

import json
from typing import Any

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.render.page import Page, Style

_TITLES = {
    Part.ROLE: "Permissions of the identity that calls the model",
    Part.TRUST: "Trust policy of the role",
    Part.CALLER: "Permissions of the caller",
    Part.SERVICE_ROLE: "Permissions of the role that the batch job runs as",
    Part.SERVICE_TRUST: "Trust policy of the role that the batch job runs as",
    Part.STS_ENDPOINT: "Policy of the VPC endpoint for AWS STS, where roles are assumed over one",
    Part.ENDPOINT: "Policy of the VPC endpoint, where the calls go through one",
    Part.SCP: "Exception in a service control policy that fences Regions",
}
_NOTES = {
    Part.SCP: "Add the ArnNotEquals block to the condition of the Deny that is there; the rest "
    "shows where it belongs.",
}


def draft_text(draft: Draft, parts: tuple[Part, ...], page: Page) -> str:
    """The documents, each with whose it is."""
    for policy in draft.policies:
        if policy.part in parts:
            _add(policy, page)
    page.blank()
    regions = f" in {', '.join(draft.regions)}" if draft.regions else ""
    source = f" Destinations: {draft.source}." if draft.source else ""
    page.wrap("", f"Proved by evaluation: {draft.model}{regions} passes; its neighbours do not.")
    if source:
        page.wrap("", source.strip())
    return page.text()


def _add(policy: DraftPolicy, page: Page) -> None:
    page.blank()
    page.wrap("", _TITLES[policy.part], style=Style.BOLD)
    where = [f"account {policy.account}"] if policy.account else []
    where += [policy.holder] if policy.holder else []
    if where:
        page.wrap("  ", page.foreign(", ".join(where)))
    if policy.part in _NOTES:
        page.wrap("  ", _NOTES[policy.part])
    page.blank()
    for line in json.dumps(policy.document, indent=2).splitlines():
        page.line(f"  {line}")


def draft_tree(draft: Draft, parts: tuple[Part, ...]) -> dict[str, Any]:
    """The JSON form."""
    return {
        "schema_version": "1.0",
        "model": draft.model,
        "regions": list(draft.regions),
        "destinations_from": draft.source or None,
        "policies": [
            {
                "part": policy.part.value,
                "account": policy.account or None,
                "holder": policy.holder or None,
                "document": policy.document,
            }
            for policy in draft.policies
            if policy.part in parts
        ],
    }
