"""The last denied calls of an account, kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bedrock_doctor.evidence.secrets import HIDDEN, without_secrets
from bedrock_doctor.live.last_denials import look_up

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads

_PARAMETERS = frozenset(
    (
        "durationSeconds",
        "guardrailIdentifier",
        "guardrailVersion",
        "modelId",
        "policy",
        "policyArns",
        "roleArn",
        "roleSessionName",
        "serialNumber",
        "sourceIdentity",
        "tags",
        "transitiveTagKeys",
    )
)
"""Parameters that are kept; others may hold what somebody asked a model."""


def read_denials(reads: AccountReads, region: str) -> None:
    """Keeps the denied calls to Amazon Bedrock and AWS STS of one Region, newest first."""
    place = ("evidence", f"cloudtrail-{reads.account}-{region}")
    reads.keep(
        place,
        lambda: {
            "Records": [kept(json.loads(call.event)) for call in look_up(reads.caller, region)]
        },
    )


def kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what was asked of a model, what came back, and values that prove somebody.

    Of an ExternalId only that it was sent is kept: who reads a snapshot need not know it.
    """
    found = {key: value for key, value in record.items() if key != "responseElements"}
    asked = found.get("requestParameters")
    if isinstance(asked, Mapping):
        found["requestParameters"] = {k: v for k, v in asked.items() if k in _PARAMETERS}
        if "externalId" in asked:
            found["requestParameters"]["externalId"] = HIDDEN
    elif asked is not None:
        found["requestParameters"] = None
    if isinstance(found.get("errorMessage"), str):
        found["errorMessage"] = without_secrets(found["errorMessage"])
    return found
