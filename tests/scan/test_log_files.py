"""Reading logs: what CloudTrail writes, what people keep of it, what broken files still hold."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.scan import log_file
from bedrock_doctor.scan.log_file import MOST_BYTES, log_bytes, unpacked
from bedrock_doctor.scan.log_files import Wanted, log_files
from bedrock_doctor.scan.log_text import read_log
from tests.scan.events import denied_assume, denied_converse, trail

RANDOM = Random(0)
ONE = denied_converse(RANDOM, "2026-11-20T10:00:00Z")
TWO = denied_assume(RANDOM, "2026-11-20T11:00:00Z")
LOG = json.dumps({"Records": [ONE, TWO]})


def looked_up(event: Any) -> Any:
    return {"EventId": event["eventID"], "CloudTrailEvent": json.dumps(event)}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (LOG, 2),
        ("\ufeff" + LOG, 2),
        (json.dumps({"Records": [ONE, TWO]}, indent=2), 2),
        (json.dumps({"Events": [looked_up(ONE), looked_up(TWO)]}), 2),
        (json.dumps({"Events": []}), 0),
        (json.dumps({"Records": []}), 0),
        (json.dumps({"version": "0", "detail-type": "AWS API Call", "detail": ONE}), 1),
        (json.dumps(ONE), 1),
        (json.dumps([ONE, TWO]), 2),
        (f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n", 2),
        (f"{json.dumps({'detail': ONE})}\r\n{json.dumps({'detail': TWO})}", 2),
        (LOG + LOG, 4),
    ],
)
def test_every_envelope_of_aws_is_read_whole(text: str, count: int) -> None:
    """Log files, LookupEvents, EventBridge, single events and one event a line."""
    log = read_log(text.encode())

    assert (len(log.events), log.broken) == (count, "")


@pytest.mark.parametrize("text", ["", "hello", "{}", "[]", "1", '{"a": 1}', '{"Records": 5}'])
def test_other_texts_are_said_to_be_no_log(text: str) -> None:
    """Our choice: a file without events is reported, never silently empty."""
    log = read_log(text.encode())

    assert log.events == []
    assert "no CloudTrail" in log.broken


def test_events_inside_an_event_are_not_counted() -> None:
    """requestParameters may hold anything, other events among it."""
    event = {**ONE, "requestParameters": {"Records": [TWO], "detail": TWO, "modelId": "m"}}

    assert len(read_log(json.dumps({"Records": [event]}).encode()).events) == 1
    assert len(read_log(json.dumps({"events": 1, **event}).encode()).events) == 1


@given(st.integers(min_value=0, max_value=len(LOG) - 1))
def test_a_log_that_breaks_off_keeps_its_whole_events(length: int) -> None:
    """Half-written files are expected input: nothing whole is lost, nothing is invented."""
    log = read_log(LOG[:length].encode())
    whole = [e["eventID"] for e in (ONE, TWO) if json.dumps(e) in LOG[:length]]

    assert [event.event_id for event in log.events] == whole
    assert log.broken


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=400))
def test_damaged_bytes_are_never_fatal(noise: bytes, at: int) -> None:
    """Our choice: what a file holds can be reported, it cannot stop a scan."""
    packed = gzip.compress(LOG.encode(), mtime=0)
    for data in (packed[:at] + noise + packed[at:], LOG.encode()[:at] + noise):
        text, _ = unpacked(data)
        read_log(text)


@pytest.mark.parametrize("length", [2, 20, 200, 400])
def test_truncated_gzip_gives_what_was_packed_before(length: int) -> None:
    """A delivery that was cut off: the text up to the cut, and the reason."""
    packed = gzip.compress(LOG.encode(), mtime=0)
    text, why = unpacked(packed[:length])

    assert LOG.encode().startswith(text)
    assert why or text == packed[:length]


def test_gzip_of_several_members_is_one_text() -> None:
    """Tools that append to a gzip file write further members."""
    packed = gzip.compress(LOG.encode()) + gzip.compress(b"\n") + gzip.compress(LOG.encode())

    text, why = unpacked(packed)

    assert (text, why) == (LOG.encode() + b"\n" + LOG.encode(), "")


@given(
    st.lists(st.binary(max_size=300), min_size=1, max_size=3),
    st.binary(max_size=12),
    st.booleans(),
    st.integers(min_value=0, max_value=2**32 - 1),
    st.integers(min_value=0, max_value=400),
    st.sampled_from((1, 1_000)),
)
def test_a_size_that_lies_changes_nothing(
    texts: list[bytes], rest: bytes, lies: bool, size: int, length: int, times: int
) -> None:
    """Members, what stands behind them, damage: as without the size that is told (RFC 1952)."""
    packed = b"".join(gzip.compress(text * times, mtime=0) for text in texts) + rest
    if lies:
        packed = packed[:-4] + size.to_bytes(4, "little")
    packed = packed[: length or None]

    quick = unpacked(packed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_file, "_told_size", lambda data: MOST_BYTES)
        careful = unpacked(packed)

    assert quick == careful


def test_a_bomb_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile input: a small file that unpacks to far more."""
    monkeypatch.setattr(log_file, "MOST_BYTES", 1 << 20)
    packed = gzip.compress(b" " * (8 << 20))

    text, why = unpacked(packed)

    assert len(text) <= 1 << 20
    assert "holds more than 1 MiB" in why


@pytest.mark.parametrize("most", [MOST_BYTES, len(LOG), 100])
def test_files_whose_size_is_not_told_are_read_as_far_as_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Pipes, and files that are being written: they hold more than is told."""
    monkeypatch.setattr(log_file, "MOST_BYTES", most)
    plain, pipe = tmp_path / "plain", tmp_path / "pipe"
    plain.write_text(LOG)
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=[LOG])
    writer.start()

    read = log_bytes(pipe)
    writer.join()

    assert read == log_bytes(plain) == unpacked(LOG.encode())


def test_a_record_of_a_megabyte_is_read() -> None:
    """CloudTrail cuts events at 256 KB, tools between may not."""
    big = {**ONE, "additionalEventData": {"text": "x" * (1 << 20)}}

    assert len(read_log(json.dumps({"Records": [big]}).encode()).events) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("eventName", None), ("eventName", 5), ("eventTime", 1732), ("userIdentity", None),
     ("userIdentity", "x"), ("requestParameters", [1]), ("errorMessage", {"a": 1}),
     ("awsRegion", None), ("eventID", None)],
)  # fmt: skip
def test_one_odd_field_costs_no_other_event(field: str, value: Any) -> None:
    """An event of a form that CloudTrail does not document."""
    log = read_log(json.dumps({"Records": [{**ONE, field: value}, TWO]}).encode())

    assert len(log.events) == 2
    assert log.events[1].event_id == TWO["eventID"]


def test_big_trails_read_alike_on_the_fast_and_the_slow_way() -> None:
    """The typed decoder and the tolerant one see the same events."""
    events = trail(1, 500)
    fast = read_log(json.dumps({"Records": events}).encode()).events
    slow = read_log(json.dumps(events).encode()).events

    assert fast == slow


KEYS = [
    "AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/20/444455556666_CloudTrail_eu-central-1_20261120T1000Z_a.json.gz",
    "AWSLogs/o-abcdefghij/444455556666/CloudTrail/eu-west-1/2026/11/21/444455556666_CloudTrail_eu-west-1_20261121T1000Z_b.json.gz",
    "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/11/22/111122223333_CloudTrail_eu-central-1_20261122T1000Z_c.json.gz",
    "AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2026/11/22/111122223333_CloudTrail-Digest_eu-central-1_x.json.gz",
    "AWSLogs/111122223333/CloudTrail-Insight/eu-central-1/2026/11/22/111122223333_CloudTrail-Insight_eu-central-1_x.json.gz",
    "notes/readme.txt",
    "export.jsonl",
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        (Wanted(), "abc-"),
        (Wanted(since="2026-11-21T05:00:00Z"), "bc-"),
        (Wanted(until="2026-11-20T12:00:00Z"), "ab-"),
        (Wanted(accounts=("444455556666",)), "ab-"),
        (Wanted(regions=("eu-central-1",)), "ac-"),
        (Wanted(accounts=("444455556666",), regions=("eu-central-1",)), "a-"),
    ],
)  # fmt: skip
def test_names_of_the_s3_layout_choose_the_files(
    tmp_path: Path, wanted: Wanted, files: str
) -> None:
    """Digests and Insights are no events; other days, accounts and Regions are not even opened."""
    for key in KEYS:
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    found = [path.name for path in log_files(tmp_path, wanted, [])]

    letters = sorted(name[-9] if name.endswith(".json.gz") else "-" for name in found)
    assert "".join(letters).replace("-", "") + "-" == files


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link back to its folder must not make the walk endless, nor lead outside."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.json").write_text(LOG)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "out.json").symlink_to("/etc/hostname")

    assert [path.name for path in log_files(tmp_path, Wanted(), [])] == ["log.json"]
