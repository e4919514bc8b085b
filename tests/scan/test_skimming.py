"""Reading a log without decoding what a scan drops finds what reading all of it finds."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedrock_doctor.scan import skimming
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.log_text import read_log
from bedrock_doctor.scan.sifting import Sifted, sift_text
from bedrock_doctor.scan.skimming import skimmed_log
from bedrock_doctor.scan.trail_event import event_fields
from tests.scan.events import assumed, denied_assume, denied_converse, trail, unrelated

NO_TEXT = "\ue000"
"""Stands for a byte that no UTF-8 holds."""
ODD: tuple[Any, ...] = (
    None, 5, "", "AccessDenied", NO_TEXT, [], {}, {"credentials": {"accessKeyId": 5}}, True,
    {"credentials": "x"}, '{"modelId": "x", "arn": "y", "credentials": {"accessKeyId": "k"}}',
    "sts.amazonaws.com", '"},{"eventVersion":"1.11"',
)  # fmt: skip
KEYS = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "errorCode", "errorMessage", "requestParameters", "responseElements", "eventID",
    "recipientAccountId", "sharedEventID", "vpcEndpointId", "tlsDetails", "userAgent",
)  # fmt: skip
RANDOM = Random(0)
TIME = "2026-11-20T10:00:00Z"
EVENTS = (
    denied_converse(RANDOM, TIME),
    denied_converse(
        RANDOM, TIME, errorCode="ValidationException", errorMessage="Operation not allowed"
    ),
    denied_assume(RANDOM, TIME),
    *assumed(RANDOM, TIME),
    *assumed(RANDOM, TIME, "s2"),
    unrelated(RANDOM, TIME),
    {"eventVersion": "1.11", "eventSource": "sts.amazonaws.com", "eventName": "GetSessionToken",
     "responseElements": {"credentials": {"accessKeyId": "ASIAOTHER"}}, "userIdentity": {}},
    {"eventVersion": "1.11", "eventSource": "s3.amazonaws.com", "eventName": "AssumeRole"},
)  # fmt: skip


@st.composite
def event_texts(draw: Any, depth: int = 0) -> str:
    """An event as text: its keys in any order, some of them twice, odd or missing, some escaped."""
    fields = list(draw(st.sampled_from(EVENTS)).items())
    if draw(st.booleans()):
        fields = [
            ("eventVersion", "1.11"),
            *(field for field in fields if field[0] != "eventVersion"),
        ]
    if draw(st.integers(0, 3)) == 0:
        fields = draw(st.permutations(fields))
    changes = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(ODD)), max_size=2))
    if draw(st.booleans()):
        changes = []
    fields += changes
    if changes and draw(st.booleans()):
        gone = draw(st.sampled_from(KEYS))
        fields = [field for field in fields if field[0] != gone]
    comma, colon = draw(st.sampled_from([(",", ":"), (",", ":"), (", ", ": "), ("\n,\t", " :")]))
    ascii_only = draw(st.booleans())
    encoder = json.JSONEncoder(ensure_ascii=ascii_only, separators=(comma, colon))
    written = [f"{json.dumps(key)}{colon}{encoder.encode(value)}" for key, value in fields]
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        inner = draw(st.lists(event_texts(depth + 1), min_size=1, max_size=3))
        key = draw(st.sampled_from(["requestParameters", "responseElements", "more"]))
        written.insert(draw(st.integers(0, len(written))), f'"{key}":[{",".join(inner)}]')
    text: str = "{" + comma.join(written) + "}"
    if draw(st.integers(0, 7)) == 0:
        text = text.replace('"errorCode"', '"\\u0065rrorCode"').replace(
            "amazonaws", "amazon\\u0061ws"
        )
    return text.replace("\\ue000", NO_TEXT)


@st.composite
def logs(draw: Any) -> bytes:
    """A log file, as CloudTrail writes it or nearly so."""
    records = draw(st.lists(event_texts(), max_size=8))
    text = draw(
        st.sampled_from([
            *['{"Records":[%s]}'] * 8,
            '{"Records": [%s]}', '{"Records":[ %s\n]}', '{"Records":[%s]}\n', "[%s]",
            '{"Records":[],"Records":[%s]}', '{"Records":[%s],"Records":[]}',
            '{"Records":[{"eventName":"a","eventSource":"b"}],"Records":[%s]}',
            '{"Records":[%s],"more":[{"eventVersion":"1"},{"eventVersion":"2"}]}',
            '{"Records":[%s]]}', '{"Records":[%s,]}', '{"Records":[%s,5]}', '{"Records":[[%s]]}',
            '{"Records":[%s,{"eventVersion":"1.11","eventSource":"s3","eventName":"\\q"}]}',
            '{"Records":[%s,{"eventVersion":1e999,"eventSource":"s3","eventName":"x"}]}',
        ])
    )  # fmt: skip
    data: bytes = (text % ",".join(records)).encode().replace(NO_TEXT.encode(), b"\xff")
    if draw(st.integers(0, 5)) == 0:
        data = data[: draw(st.integers(0, len(data)))]
    return data


def sifted(data: bytes) -> Any:
    """What is kept of a log, samples as their fields."""
    found = Sifted(Wanted())
    sift_text(data, "", "a.json", found)
    denied = {
        call: (alike.times, alike.keys, alike.sample_order, event_fields(alike.sample))
        for call, alike in found.denied.items()
    }
    return (
        denied, found.events, found.deliveries, found.sessions, found.callers, found.unread,
        list(found.sessions), list(denied),
    )  # fmt: skip


def sifted_in_full(data: bytes) -> Any:
    """The same without skimming."""
    with patch("bedrock_doctor.scan.sifting.skimmed_log", lambda _: None):
        return sifted(data)


@given(logs(), st.sampled_from([0, 300, 1 << 16]))
@example(b'{"Records":[]}', 0)
@example(b'{"Records":[}', 0)
def test_a_log_skimmed_and_a_log_read_whole_hold_the_same(data: bytes, piece: int) -> None:
    """Whatever the events hold, and wherever the log is cut into pieces."""
    with patch.object(skimming, "_PIECE_BYTES", piece):
        assert sifted(data) == sifted_in_full(data)


@pytest.mark.parametrize("piece", [0, 1_000, 1 << 16])
def test_logs_as_cloudtrail_writes_them_are_skimmed(piece: int) -> None:
    """Nothing of a usual log needs the way that reads all of it."""
    events = [{"eventVersion": "1.11", **event} for event in trail(3, 300)]
    data = json.dumps({"Records": events}, separators=(",", ":")).encode()

    with patch.object(skimming, "_PIECE_BYTES", piece), patch.object(skimming, "_FEW", 300):
        assert skimmed_log(data) is not None
        assert sifted(data) == sifted_in_full(data)
        assert len(list(skimming._pieces(data))) == {0: 300, 1_000: 144, 1 << 16: 4}[piece]


def test_logs_full_of_denied_calls_are_read_whole() -> None:
    """Skimming decodes them twice."""
    denied = [denied_converse(RANDOM, TIME)] * 12
    others = [{"eventVersion": "1.11", **unrelated(RANDOM, TIME)}] * 300
    few = json.dumps({"Records": others + denied}, separators=(",", ":")).encode()
    many = json.dumps({"Records": denied + others}, separators=(",", ":")).encode()

    with patch.object(skimming, "_PIECE_BYTES", 0):
        assert skimmed_log(few) is not None
        assert skimmed_log(many) is None


@pytest.mark.parametrize(
    "part",
    [
        '"requestParameters":[{"a":1},{"eventVersion":"1"}]',
        '"requestParameters":{"Records":[{"eventVersion":"1"},{"eventVersion":"2"}]}',
        '"userIdentity":"x"',
        '"eventSource":null',
        '"sharedEventID":5',
    ],
)
def test_what_looks_like_the_end_of_an_event_ends_none(part: str) -> None:
    """A log that is cut within an event is read whole, not wrongly."""
    first = json.dumps({"eventVersion": "1", **assumed(Random(1), TIME)[0]})
    data = '{"Records":[' + first[:-1] + "," + part + "}," + first + "]}"

    with patch.object(skimming, "_PIECE_BYTES", 0):
        assert skimmed_log(data.encode()) is None
        assert sifted(data.encode()) == sifted_in_full(data.encode())
        assert sifted(data.encode())[1] == len(read_log(data.encode()).events) == 2
