"""Joins what batches found: each event once, each session with who assumed it."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from bedrock_doctor.model.trail import MOST_UNREAD, DeniedCall, Unread
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.sifting import Alike, Sifted
from bedrock_doctor.scan.trail_event import TrailEvent

MOST_SESSIONS = 500_000
"""AssumeRole calls that are remembered: sessions last twelve hours at most, logs come in order."""
_MOST_CALLERS = 20
_HOUR = len("2026-11-20T10")


@dataclass(slots=True)
class Group:
    """Denied events of one group, each counted once."""

    sample: TrailEvent
    sample_order: tuple[str, bytes]
    count: int = 0
    first: str = ""
    last: str = ""
    hours: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)

    def counts(self, time: str) -> None:
        """Counts one more event."""
        self.count += 1
        if time:
            self.first = min(self.first or time, time)
            self.last = max(self.last, time)
            self.hours[time[:_HOUR]] += 1


@dataclass(slots=True)
class Grouping:
    """All groups so far.

    Attributes:
        wanted: events of other times, accounts or Regions are left out.
        groups: by what they share.
    """

    wanted: Wanted
    groups: dict[DeniedCall, Group] = field(default_factory=dict)
    events: int = 0
    files: int = 0
    duplicates: int = 0
    odd_times: int = 0
    joins_dropped: int = 0
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    _seen: set[bytes] = field(default_factory=set)
    _sessions: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)
    _callers: OrderedDict[str, str] = field(default_factory=OrderedDict)

    @property
    def denied(self) -> int:
        """Denied events, each counted once."""
        return sum(group.count for group in self.groups.values())

    def add(self, sifted: Sifted) -> None:
        """Joins what one batch found."""
        self.events += sifted.events
        self.files += sifted.files
        self.unread_count += len(sifted.unread)
        self.unread += sifted.unread[: MOST_UNREAD - len(self.unread)]
        self._remember(sifted)
        delivered = 0
        for call, alike in sifted.denied.items():
            delivered += len(alike.times)
            if self._is_wanted(call):
                self._group(call, alike)
        self.duplicates += sifted.deliveries - delivered

    def _is_wanted(self, call: DeniedCall) -> bool:
        accounts, regions = self.wanted.accounts, self.wanted.regions
        return (not accounts or call.account in accounts) and (
            not regions or call.region in regions
        )

    def _group(self, call: DeniedCall, alike: Alike) -> None:
        times = {key: time for key, time in alike.times.items() if self.wanted.time(time)}
        fresh = {key: time for key, time in times.items() if key not in self._seen}
        self.duplicates += len(times) - len(fresh)
        if not fresh:
            return
        self._seen.update(fresh)
        group = self.groups.get(call)
        if group is None:
            group = self.groups[call] = Group(alike.sample, alike.sample_order)
        elif alike.sample_order < group.sample_order:
            group.sample, group.sample_order = alike.sample, alike.sample_order
        for time in fresh.values():
            group.counts(time)
            self.odd_times += not time
        group.keys |= alike.keys

    def _remember(self, sifted: Sifted) -> None:
        self._sessions.update(sifted.sessions)
        self._callers.update(sifted.callers)
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
            self.joins_dropped += 1
        while len(self._callers) > MOST_SESSIONS:
            self._callers.popitem(last=False)

    def callers_of(self, group: Group) -> tuple[str, ...]:
        """Who assumed the role behind the sessions of a group."""
        found = set()
        for key in group.keys:
            if key in self._sessions:
                caller, shared = self._sessions[key]
                found.add(self._callers.get(shared, caller))
        return tuple(sorted(name for name in found if name)[:_MOST_CALLERS])
