"""The last denied calls to Amazon Bedrock and AWS STS that CloudTrail knows of.

Management events of 90 days, per Region, at most two lookups a second; an event arrives after up to
about 15 minutes.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bedrock_doctor.errors import AwsFailed
from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.sessions import Opened

SOURCES = ("bedrock.amazonaws.com", "sts.amazonaws.com")
_PAGES = 20
_MOST = 20
_DENIALS = ("AccessDenied", "UnauthorizedOperation")


@dataclass(frozen=True, slots=True)
class DeniedCall:
    """One denied call.

    Attributes:
        time: eventTime.
        words: who called what where, in one line.
        event: the CloudTrail record as JSON text.
    """

    time: str
    words: str
    event: str


def last_denials(opened: Opened, region: str) -> tuple[DeniedCall, ...]:
    """The denied calls of the account in a Region, newest first.

    Raises:
        AwsFailed: CloudTrail does not answer.
    """
    try:
        return look_up(opened.caller, region)
    except ReadFailed as gone:
        raise AwsFailed(
            f"cloudtrail:LookupEvents in {region} failed: {gone.failed.code}",
            help="paste the message instead: bedrock-doctor diagnose --error -",
        ) from None


def look_up(caller: Caller, region: str) -> tuple[DeniedCall, ...]:
    """The denied calls of the caller's account in a Region, newest first.

    Raises:
        ReadFailed: CloudTrail does not answer.
    """
    found: dict[str, DeniedCall] = {}
    for source in SOURCES:
        pages = caller.pages(
            "cloudtrail",
            "LookupEvents",
            region,
            LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": source}],
        )
        for record in islice(_denied(islice(pages, _PAGES)), _MOST):
            found.setdefault(str(record.get("eventID", len(found))), _call(record))
    newest = sorted(found.values(), key=lambda call: (call.time, call.event), reverse=True)
    return tuple(newest[:_MOST])


def _denied(pages: Any) -> Iterator[dict[str, Any]]:
    for page in pages:
        for entry in page["Events"]:
            try:
                record = json.loads(entry["CloudTrailEvent"])
            except (KeyError, TypeError, ValueError):
                continue
            if isinstance(record, dict) and str(record.get("errorCode", "")).startswith(_DENIALS):
                yield record


def _call(record: dict[str, Any]) -> DeniedCall:
    time = str(record.get("eventTime", ""))
    who = record.get("userIdentity")
    arn = str(who.get("arn", "somebody")) if isinstance(who, dict) else "somebody"
    asked = record.get("requestParameters")
    asked = asked if isinstance(asked, dict) else {}
    on = str(asked.get("modelId") or asked.get("roleArn") or "")
    words = f"{time}  {arn}  {record.get('eventName', '')}  {on}".rstrip()
    return DeniedCall(time, words, json.dumps(record))
