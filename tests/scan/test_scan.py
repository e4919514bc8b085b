"""Scans of whole trails: groups, counts, joins, diagnoses."""

from __future__ import annotations

import errno
import gzip
import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.trail import TrailScan
from bedrock_doctor.scan import grouping
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.refusals import is_refused
from bedrock_doctor.scan.scanning import ScanRequest
from tests.scan.events import CALLER, MODEL, ROLE, assumed, denied_assume, denied_converse, trail

ACME = "examples/acme/snapshot"


def written(folder: Path, *files: list[Any]) -> str:
    """A folder of log files."""
    for number, events in enumerate(files):
        name = folder / f"{number:04}.json.gz"
        name.write_bytes(gzip.compress(json.dumps({"Records": events}).encode()))
    return str(folder)


def scanned(folder: str, wanted: Wanted | None = None, **options: Any) -> TrailScan:
    request = ScanRequest([folder], wanted or Wanted(), options.pop("processes", 1))
    return app.scan(request, lambda _files, _events: None, **options)


def test_calls_that_are_alike_make_one_group(tmp_path: Path) -> None:
    """Sessions, times and event ids differ; who, what, where and why do not."""
    random = Random(1)
    events = [
        denied_converse(random, f"2026-11-20T{hour:02}:15:00Z", f"s{hour}") for hour in (9, 8, 11)
    ]

    (group,) = scanned(written(tmp_path, events)).groups

    assert group.call.principal == ROLE
    assert group.call.target == MODEL
    assert (group.call.service, group.call.operation) == ("bedrock", "Converse")
    assert (group.count, group.first, group.last) == (
        3, "2026-11-20T08:15:00Z", "2026-11-20T11:15:00Z",
    )  # fmt: skip
    assert group.hours == (("2026-11-20T08", 1), ("2026-11-20T09", 1), ("2026-11-20T11", 1))
    assert "assumed-role/bedrock-gateway is not authorized" in group.call.message
    assert (group.cause, group.layer) == ("BD312", "scp")


def test_another_destination_region_is_another_cause(tmp_path: Path) -> None:
    """The message names the resource: each blocked destination is a group."""
    random = Random(1)
    one = denied_converse(random, "2026-11-20T10:00:00Z")
    other = denied_converse(
        random, "2026-11-20T10:00:00Z",
        errorMessage=one["errorMessage"].replace("eu-north-1", "eu-west-3"),
    )  # fmt: skip

    assert len(scanned(written(tmp_path, [one, other])).groups) == 2


def test_an_event_is_counted_once_however_often_it_is_delivered(tmp_path: Path) -> None:
    """CloudTrail may deliver an event more than once, in one file or in several."""
    event = denied_converse(Random(1), "2026-11-20T10:00:00Z")

    found = scanned(written(tmp_path, [event, event], [event]))

    assert (found.denied, found.duplicates, found.groups[0].count) == (1, 2, 1)


def test_the_caller_is_found_by_the_key_of_the_session(tmp_path: Path) -> None:
    """The copy in the role's account names an account only; sharedEventID leads to the caller.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
    """
    random = Random(1)
    own, copy = assumed(random, "2026-11-20T09:59:00Z")
    denied = denied_converse(random, "2026-11-20T10:00:00Z")

    both = scanned(written(tmp_path, [denied], [copy], [own]))
    assert both.groups[0].callers == (CALLER,)

    (tmp_path / "alone").mkdir()
    alone = scanned(written(tmp_path / "alone", [denied, copy]))
    assert alone.groups[0].callers == ("111122223333",)


def test_memory_for_sessions_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten, and the scan says so."""
    monkeypatch.setattr(grouping, "MOST_SESSIONS", 2)
    random = Random(1)
    events = [e for n in range(5) for e in assumed(random, "2026-11-20T10:00:00Z", f"s{n}")]

    assert scanned(written(tmp_path, events)).joins_dropped == 3


def test_gates_of_the_account_count_and_look_alikes_do_not(tmp_path: Path) -> None:
    """Some gates come as ValidationException or ResourceNotFoundException (BEDROCK fact sheet)."""
    random = Random(1)
    texts = {
        "ValidationException": [
            "Operation not allowed",
            "The provided model identifier is invalid.",
        ],
        "ThrottlingException": ["Too many requests"],
    }
    events = [
        denied_converse(random, "2026-11-20T10:00:00Z", errorCode=code, errorMessage=text)
        for code, found in texts.items()
        for text in found
    ]

    found = scanned(written(tmp_path, events))

    assert [group.call.message for group in found.groups] == ["Operation not allowed"]


def test_odd_times_are_counted_and_kept(tmp_path: Path) -> None:
    """A clock that went wrong must not lose a denial, nor bend first and last."""
    random = Random(1)
    times = ["2026-11-20T10:00:00Z", "", "soon", "1732096800"]
    found = scanned(written(tmp_path, [denied_converse(random, time) for time in times]))

    (group,) = found.groups
    assert (group.count, found.odd_times) == (4, 3)
    assert (group.first, group.last) == ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z")


def test_times_accounts_and_regions_choose_events(tmp_path: Path) -> None:
    """--since is included, --until is not; files of other names are chosen event by event."""
    random = Random(1)
    events = [denied_converse(random, f"2026-11-{day:02}T00:00:00Z") for day in range(10, 20)]
    events.append(denied_assume(random, "2026-11-15T00:00:00Z"))
    folder = written(tmp_path, events)

    span = Wanted(since="2026-11-12T00:00:00Z", until="2026-11-15T00:00:00Z")
    assert scanned(folder, span).denied == 3
    assert scanned(folder, Wanted(accounts=("111122223333",))).denied == 1
    assert scanned(folder, Wanted(regions=("us-east-1",))).denied == 0


def test_unreadable_files_are_reported_and_the_rest_is_scanned(tmp_path: Path) -> None:
    """Truncated, foreign and unreadable files: counted, never fatal."""
    event = denied_converse(Random(1), "2026-11-20T10:00:00Z")
    folder = written(tmp_path, [event])
    whole = (tmp_path / "0000.json.gz").read_bytes()
    (tmp_path / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "foreign.json").write_text("not a log")

    found = scanned(folder)

    assert found.denied == 1
    assert [Path(unread.where).name for unread in found.unread] == ["cut.json.gz", "foreign.json"]


def test_folders_that_cannot_be_listed_are_reported_and_the_rest_is_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the prefixes of a bucket: counted, never fatal, never taken for empty."""
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, [denied_converse(Random(1), "2026-11-20T10:00:00Z")])
    listed = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr("bedrock_doctor.scan.log_files.os.scandir", scandir)

    found = scanned(str(tmp_path))

    assert found.denied == 1
    assert [(Path(unread.where).name, unread.why) for unread in found.unread] == [
        ("closed", "cannot be listed: permission denied")
    ]


def test_which_unread_files_are_listed_does_not_depend_on_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are counted; the first by name are listed, whatever batch came back first."""
    for number in range(120):
        (tmp_path / f"{number:03}.json").write_text("not a log")
    alone = scanned(str(tmp_path))
    monkeypatch.setattr("bedrock_doctor.scan.batches._BATCH_FILES", 7)

    assert scanned(str(tmp_path), processes=2) == alone
    assert alone.unread_count == 120
    assert [Path(u.where).name for u in alone.unread] == [f"{n:03}.json" for n in range(100)]


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "part",
    [
        DEEP, b"[" * 985 + b"]" * 985, b"NaN", b"1e999", b"9" * 5_000, b'"\\ud800"', b'"\xff\xfe"',
        b'{"modelId":"\\ud800"}', b'{"arn":"\xff"}',
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "field", ["requestParameters", "userIdentity", "responseElements", "errorMessage", "eventID"]
)
def test_no_value_of_an_event_can_end_a_scan(tmp_path: Path, field: str, part: bytes) -> None:
    """Deep nesting, numbers and characters that JSON cannot hold: other files are scanned."""
    whole = written(tmp_path, [denied_converse(Random(1), "2026-11-20T10:00:00Z")])
    odd = denied_converse(Random(2), "2026-11-20T10:00:00Z", **{field: "@"})
    text = json.dumps({"Records": [odd]}).encode().replace(b'"@"', part)
    (tmp_path / "records.json").write_bytes(text)
    (tmp_path / "single.json").write_bytes(text[len(b'{"Records": [') : -2])

    found = scanned(whole, snapshot=app.load_snapshot([ACME]))

    assert found.denied >= 1
    assert found.denied >= 2 or found.unread_count == 2


def test_events_without_an_id_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    """Our choice: equal texts are one event."""
    one, other = (
        denied_converse(Random(1), f"2026-11-20T1{hour}:00:00Z", eventID=None) for hour in (0, 1)
    )

    found = scanned(written(tmp_path, [one, other], [one]))

    assert (found.denied, found.duplicates) == (2, 1)


def test_duplicates_of_unwanted_events_are_not_counted(tmp_path: Path) -> None:
    """What is left out is left out of every count but that of events read."""
    one = denied_converse(Random(1), "2026-11-10T10:00:00Z")
    other = denied_converse(Random(2), "2026-11-20T10:00:00Z")

    found = scanned(written(tmp_path, [one, one, other, other]), Wanted("2026-11-15T00:00:00Z"))

    assert (found.events, found.denied, found.duplicates) == (4, 1, 1)


def test_a_record_of_a_megabyte_is_counted(tmp_path: Path) -> None:
    """CloudTrail cuts events at 256 KB, tools between may not."""
    big = denied_converse(
        Random(1), "2026-11-20T10:00:00Z", additionalEventData={"text": "x" * (1 << 20)}
    )

    found = scanned(written(tmp_path, [big, denied_converse(Random(2), "2026-11-20T10:00:00Z")]))

    assert (found.denied, found.unread_count) == (2, 0)


def test_a_scan_in_processes_finds_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    """Batches come back in any order; the answer does not depend on it."""
    folder = written(tmp_path, *(trail(seed, 60) for seed in range(12)))
    alone = scanned(folder)
    monkeypatch.setattr("bedrock_doctor.scan.batches._BATCH_FILES", 2)

    assert scanned(folder, processes=2) == alone
    assert scanned(folder, processes=1) == alone


def test_counts_are_those_of_a_plain_count(tmp_path: Path) -> None:
    """Against a count that knows nothing of groups: different denied events by eventID."""
    events = trail(5, 2_000)
    found = scanned(written(tmp_path, events[:1_000], events[1_000:]))
    plain = {
        event["eventID"]: event["eventName"]
        for event in events
        if is_refused(event["eventSource"], event.get("errorCode"), event.get("errorMessage"))
    }

    names: Counter[str] = Counter()
    for group in found.groups:
        names[group.call.operation] += group.count
    assert names == Counter(plain.values())
    assert found.events == len(events)


def test_an_interrupted_scan_keeps_what_was_read(tmp_path: Path, monkeypatch: Any) -> None:
    """Ctrl-C after the first batch."""
    monkeypatch.setattr("bedrock_doctor.scan.batches._BATCH_FILES", 1)
    random = Random(1)
    one = [denied_converse(random, "2026-11-20T10:00:00Z")]
    two = [denied_converse(random, "2026-11-20T11:00:00Z")]

    def stop(_files: int, _events: int) -> None:
        raise KeyboardInterrupt

    found = app.scan(ScanRequest([written(tmp_path, one, two)], processes=1), stop)

    assert found.interrupted
    assert found.denied == 1


def test_groups_are_diagnosed_against_a_snapshot(tmp_path: Path) -> None:
    """The session proves that the role was assumed: only what follows can have denied the call."""
    random = Random(1)
    events = [
        *assumed(random, "2026-11-20T09:59:00Z"),
        denied_converse(random, "2026-11-20T10:00:00Z"),
    ]

    found = scanned(written(tmp_path, events), snapshot=app.load_snapshot([ACME]))

    diagnosis = found.groups[0].diagnosis
    assert diagnosis is not None
    assert diagnosis.verdict is Verdict.DENY
    assert "BD312" in diagnosis.findings
    assert not any(name.startswith("BD2") for name in diagnosis.findings)


def test_a_denied_assume_role_is_diagnosed_without_the_call_behind_it(tmp_path: Path) -> None:
    """It names no model: one of the trail stands in, and only the assume hop is answered for."""
    random = Random(1)
    arn = "arn:aws:sts::111122223333:assumed-role/orders-api/i-1"
    events = [
        denied_converse(random, "2026-11-20T10:00:00Z"),
        denied_assume(
            random, "2026-11-20T10:00:00Z",
            userIdentity={
                "type": "AssumedRole", "arn": arn, "accountId": "111122223333",
                "sessionContext": {"sessionIssuer": {"arn": CALLER}},
            },
            errorMessage=f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: "
            f"{ROLE}",
        ),
    ]  # fmt: skip

    found = scanned(written(tmp_path, events), snapshot=app.load_snapshot([ACME]))

    (group,) = [group for group in found.groups if group.call.assumes]
    assert group.diagnosis is not None
    assert group.diagnosis.findings == ("BD220",)


def test_what_the_trail_does_not_tell_is_said(tmp_path: Path) -> None:
    """No caller, no diagnosis: the reason instead of a guess."""
    event = denied_converse(
        Random(1), "2026-11-20T10:00:00Z", userIdentity={"type": "Unknown"}, errorMessage="Denied"
    )

    found = scanned(written(tmp_path, [event]), snapshot=app.load_snapshot([ACME]))

    assert found.groups[0].diagnosis is not None
    assert found.groups[0].diagnosis.why_not == "its events do not tell who called"
