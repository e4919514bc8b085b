"""Event history saved as CSV from the CloudTrail console, and CSV results of Athena or Lake.

The console's file has one event a row without the message:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

_COLUMNS = {
    "eventid": "eventID", "eventtime": "eventTime", "username": "userName",
    "eventname": "eventName", "awsregion": "awsRegion", "errorcode": "errorCode",
    "errormessage": "errorMessage", "sourceipaddress": "sourceIPAddress",
    "eventsource": "eventSource", "useridentity": "userIdentity", "tlsdetails": "tlsDetails",
    "requestparameters": "requestParameters", "vpcendpointid": "vpcEndpointId",
    "useridentityarn": "arn", "userarn": "arn", "recipientaccountid": "recipientAccountId",
    "resourcename": "resourceName",
}  # fmt: skip
_MAX_ROWS = 200_000


def looks_like_event_csv(text: str) -> bool:
    """Whether the first line names columns of CloudTrail events."""
    header = _names(text.lstrip("\ufeff\n\r ").partition("\n")[0])
    return "eventName" in header and "eventSource" in header and "errorCode" in header


def csv_events(text: str) -> Iterator[Mapping[str, Any]]:
    """The rows as events of the usual form."""
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff\n\r ")))
    try:
        header = _names(",".join(next(rows)))
        for number, row in enumerate(rows):
            if number >= _MAX_ROWS:
                return
            event: dict[str, Any] = {
                name: value for name, value in zip(header, row, strict=False) if name and value
            }
            if "arn" in event and "userIdentity" not in event:
                event["userIdentity"] = {"arn": event.pop("arn")}
            if "eventName" in event and "eventSource" in event:
                yield event
    except (csv.Error, StopIteration):
        return


def _names(line: str) -> list[str]:
    return [
        _COLUMNS.get(re.sub(r"[^a-z]", "", cell.lower()), "") for cell in line.strip().split(",")
    ]
