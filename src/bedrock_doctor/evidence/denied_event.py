"""Denied calls in CloudTrail records.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bedrock_doctor.errors import BadInput
from bedrock_doctor.evidence.error_message import denials_in
from bedrock_doctor.model.denial import Denial


def denials_in_event(text: str, source: str) -> tuple[Denial, ...]:
    """The denials of CloudTrail records: one record, ``Records``, ``Events`` of LookupEvents, or an
    EventBridge envelope.

    Raises:
        BadInput: the text is no JSON, or holds no CloudTrail record.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"the event is no JSON: {error.msg.lower()}",
            line=error.lineno,
            column=error.colno,
            help="expected a CloudTrail record, or the output of `aws cloudtrail lookup-events`",
        ) from None
    except RecursionError:
        raise BadInput("the event is nested too deeply") from None
    records = list(_records(document))
    if not records:
        raise BadInput(
            "the event holds no CloudTrail record",
            help="expected an object with eventSource and eventName, or a list of them in Records",
        )
    return tuple(denial for record in records for denial in _denials(record, source))


def _records(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        for entry in document:
            yield from _records(entry)
    elif isinstance(document, dict):
        if "eventSource" in document and "eventName" in document:
            yield document
        elif isinstance(document.get("CloudTrailEvent"), str):
            yield from _records(_parsed(document["CloudTrailEvent"]))
        else:
            for name in ("Records", "Events", "detail"):
                yield from _records(document.get(name, []))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None


def _denials(record: dict[str, Any], source: str) -> Iterator[Denial]:
    code = str(record.get("errorCode") or "")
    if "AccessDenied" not in code and "Unauthorized" not in code:
        return
    identity = record.get("userIdentity") or {}
    region = str(record.get("awsRegion") or "")
    found = denials_in(str(record.get("errorMessage") or ""), source)
    for denial in found:
        yield replace(
            denial,
            principal=str(identity.get("arn") or denial.principal),
            account=str(identity.get("accountId") or denial.account),
            region=denial.region or region,
            error_code=code,
        )
    if not found:
        service = str(record["eventSource"]).partition(".")[0]
        yield Denial(
            text=str(record.get("errorMessage") or code),
            source=source,
            principal=str(identity.get("arn") or ""),
            account=str(identity.get("accountId") or ""),
            action=f"{service}:{record['eventName']}",
            region=region,
            error_code=code,
        )
