"""The last denied calls of an account, kept as evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bedrock_doctor.live.last_denials import look_up

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads


def read_denials(reads: AccountReads, region: str) -> None:
    """Keeps the denied calls to Amazon Bedrock and AWS STS of one Region, newest first."""
    place = ("evidence", f"cloudtrail-{reads.account}-{region}")
    reads.keep(
        place,
        lambda: {"Records": [json.loads(call.event) for call in look_up(reads.caller, region)]},
    )
