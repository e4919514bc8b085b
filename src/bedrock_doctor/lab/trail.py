"""What CloudTrail remembers: every call, with its error where it was refused.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import Any

from bedrock_doctor.lab.credentials import Credentials
from bedrock_doctor.lab.wire import Call, Refused
from bedrock_doctor.model.arn import parse_arn

_KEPT = 10_000
_PAGE = 50
_ATTRIBUTES = {"EventName", "EventSource", "AccessKeyId", "EventId", "Username"}


class Trail:
    """The last events of all accounts."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def record(self, call: Call, who: Credentials, operation: str, refused: Refused | None) -> None:
        """Remembers a call. What was asked of a model is not kept."""
        if call.service == "cloudtrail":
            # AWS delivers with minutes of delay; at once, reading page by page would never end
            return
        session = ":assumed-role/" in who.arn
        event: dict[str, Any] = {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "AssumedRole" if session else "IAMUser",
                "principalId": who.user_id,
                "arn": who.arn,
                "accountId": who.account,
                "accessKeyId": who.key,
            },
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": f"{call.service}.amazonaws.com",
            "eventName": operation,
            "awsRegion": call.region,
            "sourceIPAddress": "127.0.0.1",
            "requestParameters": _parameters(call),
            "responseElements": None,
            "eventID": str(uuid.uuid4()),
            "eventType": "AwsApiCall",
            "recipientAccountId": who.account,
        }
        if refused is not None:
            denied = refused.code.startswith("AccessDenied")
            event["errorCode"] = "AccessDenied" if denied else refused.code
            event["errorMessage"] = refused.message
        self._events.append(event)

    def lookup(self, call: Call, who: Credentials) -> dict[str, Any]:
        """Output of LookupEvents, newest first.

        Raises:
            Refused: an attribute, time or token that cannot be looked up.
        """
        found = [
            self._entry(event)
            for event in reversed(self._events)
            if event["recipientAccountId"] == who.account and event["awsRegion"] == call.region
        ]
        for wanted in call.params.get("LookupAttributes", []):
            key = wanted.get("AttributeKey")
            if key not in _ATTRIBUTES:
                raise Refused("InvalidLookupAttributesException", f"{key} cannot be looked up")
            found = [entry for entry in found if entry[key] == wanted.get("AttributeValue")]
        start, end = call.params.get("StartTime"), call.params.get("EndTime")
        found = [
            entry
            for entry in found
            if (start is None or entry["EventTime"] >= float(start))
            and (end is None or entry["EventTime"] <= float(end))
        ]
        return _page(found, call)

    @staticmethod
    def _entry(event: dict[str, Any]) -> dict[str, Any]:
        moment = datetime.strptime(event["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        arn = parse_arn(event["userIdentity"]["arn"])
        return {
            "EventId": event["eventID"],
            "EventName": event["eventName"],
            "EventSource": event["eventSource"],
            "AccessKeyId": event["userIdentity"]["accessKeyId"],
            "EventTime": moment.timestamp(),
            "Username": arn.resource.rpartition("/")[2],
            "Resources": [],
            "CloudTrailEvent": json.dumps(event),
        }


def _parameters(call: Call) -> dict[str, Any] | None:
    if call.service == "sts":
        names = {
            "RoleArn": "roleArn",
            "RoleSessionName": "roleSessionName",
            "ExternalId": "externalId",
            "SourceIdentity": "sourceIdentity",
        }
        return {new: call.params[old] for old, new in names.items() if old in call.params}
    if call.path.startswith("/model/"):
        return {"modelId": call.path.split("/")[2]}
    return None


def _page(found: list[dict[str, Any]], call: Call) -> dict[str, Any]:
    token = call.params.get("NextToken") or "0"
    if not str(token).isdecimal():
        raise Refused("InvalidNextTokenException", "The next token is invalid.")
    first, size = int(token), min(int(call.params.get("MaxResults") or _PAGE), _PAGE)
    page: dict[str, Any] = {"Events": found[first : first + size]}
    if first + size < len(found):
        page["NextToken"] = str(first + size)
    return page
