"""Reading a log without decoding what a scan drops: nearly all of what nearly all events hold.

A log as CloudTrail writes it is cut into pieces between two events. A piece that is a list of
events, behind others that were, is cut rightly, whatever its events hold; and all of it is read as
JSON. Of each event only what tells whether a scan keeps it is decoded; calls that may have been
denied are then decoded whole, from the list of the raw events of their piece.

Whatever is not as expected (another form, a part of another type, of a kept event anything that
cannot be read) leaves the whole log to `read_log`, so that a scan finds the same in both ways. One
kind of log is read better here: where a dropped event has a field of another type, `read_log` reads
value by value, and gives up numbers that are beyond every reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from bedrock_doctor.scan.refusals import ASSUME_ROLE, ASSUMING, is_refused, may_be_refused
from bedrock_doctor.scan.trail_event import (
    UNREADABLE,
    Assumed,
    Glance,
    Identity,
    TrailEvent,
    check_parts,
    told_identity,
)

_HEAD, _TAIL = b'{"Records":[', b"]}"
_BETWEEN = b'},{"eventVersion":'
_PIECE_BYTES = 64 << 10
"""Fits the cache of a core, with the events decoded from it."""
_FEW, _FEW_AMONG = 8, 64
"""More denied calls than so many, and one among so many events: decoding all of it is faster."""

_GLANCES = msgspec.json.Decoder(list[Glance])
_RAW_EVENTS = msgspec.json.Decoder(list[msgspec.Raw])
_EVENT = msgspec.json.Decoder(TrailEvent)


@dataclass(slots=True)
class Skimmed:
    """What a scan keeps of some events.

    Attributes:
        events: how many there are.
        refused: the denied calls.
        sessions: access key id of a session to who assumed its role and the shared_event_id.
        callers: shared_event_id to who called, from the caller's own trail.
    """

    events: int = 0
    refused: list[TrailEvent] = field(default_factory=list)
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict)

    def assumed(self, who: Identity, answer: Assumed | None, shared: str | None) -> None:
        """Adds a call of AssumeRole."""
        key = answer.credentials.access_key_id if answer and answer.credentials else None
        if not key:
            return
        caller = who.principal
        # The copy in the role's account names another account's caller by account id only.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
        self.sessions[key] = (caller, shared or "")
        if shared and who.arn:
            self.callers[shared] = caller


def skimmed_log(data: bytes) -> Skimmed | None:
    """What a scan keeps of a log; None where `read_log` has to tell, or does so faster."""
    if not (data.startswith(_HEAD) and data.endswith(_TAIL)):
        return None
    skimmed = Skimmed()
    try:
        for piece in _pieces(data):
            _skim(piece, skimmed)
            if len(skimmed.refused) > _FEW + skimmed.events // _FEW_AMONG:
                return None
    except UNREADABLE:
        return None
    return skimmed


def _pieces(data: bytes) -> Iterator[bytes]:
    """Lists of events, in order, that together are the list of the log."""
    text, at, end = memoryview(data), len(_HEAD), len(data) - len(_TAIL)
    while (cut := data.find(_BETWEEN, at + _PIECE_BYTES, end)) != -1:
        yield b"".join((b"[", text[at : cut + 1], b"]"))
        at = cut + 2
    yield b"".join((b"[", text[at:end], b"]"))


def _skim(piece: bytes, skimmed: Skimmed) -> None:
    """Adds what is kept of a piece.

    Raises:
        UNREADABLE: it is not a list of events, or a kept one is not as expected.
    """
    glances = _GLANCES.decode(piece)
    skimmed.events += len(glances)
    suspects = []
    for glance in [g for g in glances if g.error_code or g.event_source == ASSUMING]:
        if not glance.error_code:
            if glance.event_name.startswith(ASSUME_ROLE):
                who = told_identity(glance)
                skimmed.assumed(who, glance.response_elements, glance.shared_event_id)
        elif may_be_refused(glance.event_source, glance.error_code):
            suspects.append(glance)
    if suspects:
        for event in _whole(suspects, glances, piece):
            if is_refused(event.event_source, event.error_code, event.error_message):
                check_parts(event)
                skimmed.refused.append(event)


def _whole(some: list[Glance], glances: list[Glance], piece: bytes) -> list[TrailEvent]:
    """Some of the events of a piece, decoded whole."""
    chosen = {id(glance) for glance in some}
    raw_events = _RAW_EVENTS.decode(piece)
    pairs = zip(glances, raw_events, strict=True)
    return [_EVENT.decode(raw) for glance, raw in pairs if id(glance) in chosen]
