"""`scan`: from log files to groups of denied calls, each with its likely cause."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bedrock_doctor.errors import UsageError
from bedrock_doctor.evidence.secrets import without_secrets
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.denied_call import DeniedCall, Unread
from bedrock_doctor.model.trail import DenialGroup, TrailScan
from bedrock_doctor.processes import as_they_end, cores
from bedrock_doctor.scan.batches import sift_files
from bedrock_doctor.scan.causes import cause_of
from bedrock_doctor.scan.grouping import Group, Grouping
from bedrock_doctor.scan.log_file import MOST_BYTES, unpacked
from bedrock_doctor.scan.log_files import Wanted, log_files
from bedrock_doctor.scan.sifting import Sifted, sift_text
from bedrock_doctor.scan.trail_source import (
    Access,
    Objects,
    bucket_and_prefix,
    is_bucket,
    listed_folders,
    looked_up,
    sift_objects,
)

STDIN = "-"
_OBJECTS = 200
"""Log files of a bucket that are one piece of work."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan.

    Attributes:
        paths: log files, folders of them, ``s3://BUCKET/PREFIX``; ``-`` is standard input.
        wanted: times, accounts and Regions asked for.
        processes: processes to read with; None: as many as there are cores.
        lookup: Regions whose event history is looked up.
        access: with whose credentials buckets and the event history are read.
    """

    paths: Sequence[str]
    wanted: Wanted = field(default_factory=Wanted)
    processes: int | None = None
    lookup: Sequence[str] = ()
    access: Access = field(default_factory=Access)


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """A group with the evidence that its earliest event is."""

    group: DenialGroup
    denial: Denial | None


Progress = Callable[[int, int], None]
"""Told after each batch: files and events so far."""


def scan_trail(request: ScanRequest, progress: Progress) -> tuple[TrailScan, list[ReadGroup]]:
    """Reads a trail. What cannot be read is counted in the answer; Ctrl-C keeps what was read.

    Raises:
        UsageError: a path does not exist.
        NoCredentials: AWS is to be asked, and there are no credentials.
    """
    check_paths(request.paths)
    grouping = Grouping()
    interrupted = False
    try:
        for sifted in _sifted(request):
            for group in grouping.add(sifted):
                # at once, while other processes read
                group.cause = cause_of(group.sample)
            progress(grouping.files, grouping.events)
    except KeyboardInterrupt:
        interrupted = True
    grouping.join()
    return answered(grouping, interrupted=interrupted)


def check_paths(paths: Iterable[str]) -> None:
    """Before anything is read.

    Raises:
        UsageError: a path does not exist, or names no bucket.
    """
    for path in paths:
        if is_bucket(path):
            bucket_and_prefix(path)
        elif path != STDIN and not Path(path).exists():
            raise UsageError(f"`{path}` does not exist", help="give log files or folders of them")


def _sifted(request: ScanRequest) -> Iterator[Sifted]:
    """Everything that the request names, batch by batch."""
    processes = request.processes or cores()
    if STDIN in request.paths:
        yield _standard_input(request.wanted)
    unlisted: list[Unread] = []
    yield from sift_files(_files(request, unlisted), request.wanted, processes)
    yield Sifted(request.wanted, unread=unlisted)
    for path in filter(is_bucket, request.paths):
        yield from _bucket(path, request, processes)
    yield from looked_up(request.lookup, request.wanted, request.access)


def _bucket(url: str, request: ScanRequest, processes: int) -> Iterator[Sifted]:
    """The log files of a bucket; folders that cannot be listed come at the end."""
    bucket, _ = bucket_and_prefix(url)
    unlisted = Sifted(request.wanted)

    def listed() -> Iterator[tuple[str, ...]]:
        for folder in listed_folders(url, request.wanted, request.access):
            if folder.unread is not None:
                unlisted.unread.append(folder.unread)
            for start in range(0, len(folder.keys), _OBJECTS):
                yield folder.keys[start : start + _OBJECTS]

    objects = Objects(bucket, request.wanted, request.access)
    yield from as_they_end(sift_objects, listed(), objects, processes)
    yield unlisted


def _standard_input(wanted: Wanted) -> Sifted:
    sifted = Sifted(wanted)
    data, why = unpacked(sys.stdin.buffer.read(MOST_BYTES + 1))
    sift_text(data, why, "standard input", sifted)
    return sifted


def _files(request: ScanRequest, unlisted: list[Unread]) -> Iterator[Path]:
    for path in request.paths:
        if path != STDIN and not is_bucket(path):
            yield from log_files(Path(path), request.wanted, unlisted)


def answered(grouping: Grouping, *, interrupted: bool) -> tuple[TrailScan, list[ReadGroup]]:
    """The answer of a scan, each group with its likely cause."""
    order = sorted(grouping.groups.items(), key=lambda item: (-item[1].count, item[0]))
    groups = [_read(call, group) for call, group in order]
    scan = TrailScan(
        groups=tuple(read.group for read in groups),
        events=grouping.events,
        denied=grouping.denied,
        duplicates=grouping.duplicates,
        files=grouping.files,
        unread=tuple(grouping.unread),
        unread_count=grouping.unread_count,
        odd_times=grouping.odd_times,
        joins_dropped=grouping.joins_dropped,
        interrupted=interrupted,
    )
    return scan, groups


def _read(call: DeniedCall, group: Group) -> ReadGroup:
    cause = group.cause or cause_of(group.sample)
    found = DenialGroup(
        call=replace(call, message=without_secrets(call.message)),
        count=group.count,
        first=group.first,
        last=group.last,
        hours=tuple(sorted(group.hours.items())),
        callers=group.callers,
        cause=cause.finding,
        cause_slug=cause.slug,
        layer=cause.layer,
        certain=cause.is_certain,
    )
    return ReadGroup(found, cause.denial)
