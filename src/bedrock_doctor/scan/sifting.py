"""What a scan keeps of events: denied calls by what they share, and who assumed which session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bedrock_doctor.model.denied_call import DeniedCall, Unread
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.log_text import read_log
from bedrock_doctor.scan.refusals import ASSUME_ROLE, ASSUMING, is_refused
from bedrock_doctor.scan.skimming import Skimmed, skimmed_log
from bedrock_doctor.scan.trail_event import (
    TrailEvent,
    answer_of,
    denied_call,
    event_key,
    identity_of,
    usable_time,
)


@dataclass(slots=True)
class Alike:
    """Denied events of one group.

    Attributes:
        times: key of each event and its time.
        keys: ids of the access keys of sessions that signed.
        sample: the earliest event, by time and key.
        sample_order: its time and key.
    """

    sample: TrailEvent
    sample_order: tuple[str, bytes]
    times: dict[bytes, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sifted:
    """What is kept of some events.

    Attributes:
        wanted: denied calls of other times, accounts or Regions are left out.
        events: how many were read.
        files: from how many files.
        denied: denied calls by what they share.
        deliveries: denied events as delivered, duplicates among them.
        sessions: access key id of a session to who assumed its role and the shared_event_id.
        callers: shared_event_id to who called, from the caller's own trail.
        unread: what could not be read whole.
    """

    wanted: Wanted
    events: int = 0
    files: int = 0
    denied: dict[DeniedCall, Alike] = field(default_factory=dict)
    deliveries: int = 0
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def add(self, events: Sequence[TrailEvent]) -> None:
        """Sifts further events."""
        kept = Skimmed(len(events))
        for event in [e for e in events if e.error_code or e.event_source == ASSUMING]:
            if not event.error_code:
                if event.event_name.startswith(ASSUME_ROLE):
                    kept.assumed(identity_of(event), answer_of(event), event.shared_event_id)
            elif is_refused(event.event_source, event.error_code, event.error_message):
                kept.refused.append(event)
        self.keep(kept)

    def keep(self, kept: Skimmed) -> None:
        """Adds what is kept of further events."""
        self.events += kept.events
        self.sessions.update(kept.sessions)
        self.callers.update(kept.callers)
        for event in kept.refused:
            self._refusal(event)

    def _refusal(self, event: TrailEvent) -> None:
        identity = identity_of(event)
        call = denied_call(event, identity)
        time, key = usable_time(event), event_key(event)
        if not (self.wanted.time(time) and self.wanted.call(call)):
            return
        self.deliveries += 1
        alike = self.denied.get(call)
        if alike is None:
            alike = self.denied[call] = Alike(event, (time, key))
        elif (time, key) < alike.sample_order:
            alike.sample, alike.sample_order = event, (time, key)
        alike.times[key] = time
        if identity.access_key_id:
            alike.keys.add(identity.access_key_id)


def sift_text(data: bytes, why: str, where: str, sifted: Sifted) -> None:
    """Sifts the text of one file and notes what is wrong with it."""
    before, broken = sifted.events, ""
    skimmed = skimmed_log(data)
    if skimmed is not None:
        sifted.keep(skimmed)
    else:
        log = read_log(data)
        sifted.add(log.events)
        broken = log.broken
    sifted.files += 1
    if why or broken:
        sifted.unread.append(Unread(where, why or broken, sifted.events - before))
