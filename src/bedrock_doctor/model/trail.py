"""What a trail of CloudTrail events says about denied calls: values that a scan answers with.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bedrock_doctor.model.denied_call import DeniedCall, Unread
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.report import Verdict


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a snapshot says about one group.

    Attributes:
        verdict: whether the snapshot's policies allow the call.
        findings: ids of the findings that block it.
        why_not: why it could not be diagnosed; empty where it was.
    """

    verdict: Verdict = Verdict.UNKNOWN
    findings: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class DenialGroup:
    """Denied events that are alike.

    Attributes:
        call: what they share.
        count: events, each counted once.
        first: eventTime of the earliest, ISO 8601 UTC; empty where no event has a usable one.
        last: of the latest.
        hours: events by hour (``2026-11-20T10``), ascending; only hours with events.
        callers: who assumed the role that signed, as far as the trail shows it.
        cause: id of the finding that the message points to, or empty.
        cause_slug: its name.
        layer: layer that refused, where the message tells.
        certain: whether the message alone settles the cause.
        diagnosis: what a snapshot says, or None when none was given.
    """

    call: DeniedCall
    count: int
    first: str
    last: str
    hours: tuple[tuple[str, int], ...]
    callers: tuple[str, ...] = ()
    cause: str = ""
    cause_slug: str = ""
    layer: Layer | None = None
    certain: bool = False
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class TrailScan:
    """The denied calls of a trail.

    Attributes:
        groups: the most frequent first.
        events: events read.
        denied: denied events, each counted once.
        duplicates: denied events that were delivered more than once and not counted again.
        files: files read.
        unread: what could not be read whole; at most `MOST_UNREAD` of them.
        unread_count: how many there are.
        odd_times: denied events without a usable eventTime.
        joins_dropped: AssumeRole calls forgotten to bound memory: callers may be missing.
        interrupted: whether it ended early.
    """

    groups: tuple[DenialGroup, ...]
    events: int = 0
    denied: int = 0
    duplicates: int = 0
    files: int = 0
    unread: tuple[Unread, ...] = field(default=())
    unread_count: int = 0
    odd_times: int = 0
    joins_dropped: int = 0
    interrupted: bool = False
