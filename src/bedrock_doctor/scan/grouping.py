"""Joins what batches found: each event once, each session with who assumed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bedrock_doctor.model.denied_call import MOST_UNREAD, DeniedCall, Unread
from bedrock_doctor.scan.causes import Cause
from bedrock_doctor.scan.sifting import Alike, Sifted
from bedrock_doctor.scan.trail_event import TrailEvent

MOST_SESSIONS = 500_000
"""AssumeRole calls that are remembered: sessions last twelve hours at most, logs come in order."""
MOST_CALLERS = 20
HOUR = len("2026-11-20T10")


@dataclass(slots=True)
class Group:
    """Denied events of one group, each counted once.

    Attributes:
        sample: the earliest event, by time and key.
        sample_order: its time and key.
        cause: what the sample points to; None where nobody asked yet.
    """

    sample: TrailEvent
    sample_order: tuple[str, bytes]
    count: int = 0
    first: str = ""
    last: str = ""
    hours: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    callers: tuple[str, ...] = ()
    cause: Cause | None = None

    def counts(self, time: str) -> None:
        """Counts one more event."""
        self.count += 1
        if time:
            self.first = min(self.first or time, time)
            self.last = max(self.last, time)
            self.hours[time[:HOUR]] += 1


@dataclass(slots=True)
class Grouping:
    """All groups so far.

    Attributes:
        groups: by what they share.
    """

    groups: dict[DeniedCall, Group] = field(default_factory=dict)
    events: int = 0
    files: int = 0
    duplicates: int = 0
    odd_times: int = 0
    joins_dropped: int = 0
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    _seen: set[bytes] = field(default_factory=set)
    _sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    _callers: dict[str, str] = field(default_factory=dict)

    @property
    def denied(self) -> int:
        """Denied events, each counted once."""
        return sum(group.count for group in self.groups.values())

    def add(self, sifted: Sifted) -> list[Group]:
        """Joins what one batch found; gives the groups that are new."""
        self.events += sifted.events
        self.files += sifted.files
        self.unread_count += len(sifted.unread)
        self.unread = first_unread([*self.unread, *sifted.unread])
        self._remember(sifted)
        self.duplicates += sifted.deliveries
        before = len(self.groups)
        for call, alike in sifted.denied.items():
            self._group(call, alike)
        return list(islice(self.groups.values(), before, None))

    def _group(self, call: DeniedCall, alike: Alike) -> None:
        fresh = {key: time for key, time in alike.times.items() if key not in self._seen}
        self.duplicates -= len(fresh)
        if not fresh:
            return
        self._seen.update(fresh)
        group = self.groups.get(call)
        if group is None:
            group = self.groups[call] = Group(alike.sample, alike.sample_order)
        elif alike.sample_order < group.sample_order:
            group.sample, group.sample_order = alike.sample, alike.sample_order
            group.cause = None
        for time in fresh.values():
            group.counts(time)
            self.odd_times += not time
        group.keys |= alike.keys

    def _remember(self, sifted: Sifted) -> None:
        self._sessions.update(sifted.sessions)
        self._callers.update(sifted.callers)
        self.joins_dropped += _forget_first(self._sessions)
        _forget_first(self._callers)

    def join(self) -> None:
        """Tells each group who assumed the role behind its sessions. The last thing to do."""
        for group in self.groups.values():
            group.callers = self._callers_of(group)

    def _callers_of(self, group: Group) -> tuple[str, ...]:
        found = set()
        for key in group.keys:
            if key in self._sessions:
                caller, shared = self._sessions[key]
                found.add(self._callers.get(shared, caller))
        return tuple(sorted(name for name in found if name)[:MOST_CALLERS])


def _forget_first(remembered: dict[str, Any]) -> int:
    """Forgets the first ones beyond those that are remembered; tells how many."""
    forgotten = list(islice(remembered, max(0, len(remembered) - MOST_SESSIONS)))
    for key in forgotten:
        del remembered[key]
    return len(forgotten)


def first_unread(unread: Iterable[Unread]) -> list[Unread]:
    """The first by name, as many as are listed: whatever the order in which they were found."""
    return sorted(unread, key=lambda found: (found.where, found.why))[:MOST_UNREAD]
