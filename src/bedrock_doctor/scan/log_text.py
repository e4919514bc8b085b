"""From the bytes of a log file to its events, whatever wraps them and wherever they break off.

Fast for what CloudTrail writes; everything else is read value by value: answers of LookupEvents,
EventBridge envelopes, one event a line, files that end in the middle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from bedrock_doctor.scan.trail_event import UNREADABLE, Trail, TrailEvent

_TRAIL = msgspec.json.Decoder(Trail)
_EVENT = msgspec.json.Decoder(TrailEvent)
_ANY = msgspec.json.Decoder()
_TEXTS = (
    "eventSource", "eventName", "errorCode", "errorMessage", "eventTime", "eventID", "awsRegion",
    "recipientAccountId", "sharedEventID", "vpcEndpointId",
)  # fmt: skip
_PARTS = ("userIdentity", "requestParameters", "responseElements", "tlsDetails")
_END = re.compile(r"\]\s*\}$")
_TAIL = 200
_START = re.compile(r"\{")
_ENVELOPES = ("Records", "Events", "detail", "CloudTrailEvent")


@dataclass(frozen=True, slots=True)
class LogText:
    """The events of one file.

    Attributes:
        events: in order.
        broken: why the text is not whole; empty where it is.
    """

    events: list[TrailEvent]
    broken: str = ""


def read_log(data: bytes) -> LogText:
    """Reads all events that the bytes hold. Never raises for what they hold."""
    try:
        return LogText(_TRAIL.decode(data).records)
    except UNREADABLE:
        return _read_slowly(data)


def _read_slowly(data: bytes) -> LogText:
    try:
        value = _ANY.decode(data)
    except UNREADABLE as error:
        return _salvaged(data, str(error))
    events = [trail_event(found) for found in _events_in(value)]
    if events or _is_empty_log(value):
        return LogText(events)
    return LogText([], "holds no CloudTrail events")


def _is_empty_log(value: Any) -> bool:
    return isinstance(value, dict) and any(value.get(key) == [] for key in ("Records", "Events"))


def _salvaged(data: bytes, why: str) -> LogText:
    """The events of lines or of a text that breaks off: each object is read by itself."""
    text = data.decode("utf-8-sig", "replace")
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    events: list[TrailEvent] = []
    at, gaps = _first_event(text), ""
    while (found := _START.search(text, at)) is not None:
        if text[at : found.start()].strip(", \t\r\n]}"):
            gaps = "other text stands between the events"
        try:
            value, at = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            cut = f"ends within an event: {why}"
            return LogText(events, cut if events else f"is no CloudTrail log: {why}")
        events += [trail_event(event) for event in _events_in(value)]
    if text[at:].strip(", \t\r\n]}\0"):
        gaps = "ends in something that is no event"
    elif _first_event(text) and not _END.search(text.rstrip()[-_TAIL:]):
        gaps = f"ends before its list of events does: {why}"
    return LogText(events, gaps if events else f"is no CloudTrail log: {why}")


def _first_event(text: str) -> int:
    """Where the list of a log that breaks off begins; 0 for one event a line."""
    head = re.match(r'\s*\{\s*"(?:Records|Events)"\s*:\s*\[', text)
    return head.end() if head else 0


def _events_in(value: Any) -> Iterator[dict[str, Any]]:
    """Events inside the envelopes of AWS; what an event itself holds is not searched."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = _ANY.decode(value.encode())
        except UNREADABLE:
            return
    if isinstance(value, list):
        for item in value:
            yield from _events_in(item)
    elif isinstance(value, dict):
        if "eventSource" in value and "eventName" in value:
            yield value
            return
        for key in _ENVELOPES:
            if key in value:
                yield from _events_in(value[key])


def trail_event(fields: dict[str, Any]) -> TrailEvent:
    """An event from its fields, however they are typed."""
    texts = {key: str(fields[key]) for key in _TEXTS if fields.get(key) is not None}
    parts = {key: _part(fields[key]) for key in _PARTS if key in fields}
    return _EVENT.decode(_encoded(texts | parts))


def _part(value: Any) -> Any:
    """A part as a value; parts that come as JSON texts stand for what they hold."""
    try:
        if isinstance(value, str) and value.startswith("{"):
            return _ANY.decode(value.encode())
        return _ANY.decode(_encoded(value))
    except UNREADABLE:
        return None


def _encoded(value: Any) -> bytes:
    """As JSON; halves of characters, which UTF-8 cannot hold, become question marks."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
