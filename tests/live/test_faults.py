"""Every read of the tables against every way in which AWS may answer (our choice, ADR 0024).

A read either answers whole, or fails with a value that says why; nothing else comes out of it. The
cases are made from botocore's models, so that a new read is tried without a new test.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.loaders import Loader
from botocore.model import OperationModel

from bedrock_doctor.live.caller import MALFORMED, Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.reads import READS, TRAIL_READS, Read
from tests.live.fake_aws import Answer, FakeAws
from tests.live.wire_answers import answer, error, is_xml, sample

# HeadBucket is called by botocore alone, for a redirect
ALL = (*READS, *(read for read in TRAIL_READS if read.operation != "HeadBucket"))
REGION = "eu-central-1"
_REAL = botocore.session.Session


def name_of(read: Read) -> str:
    return f"{read.service}:{read.operation}"


every_read = pytest.mark.parametrize("read", ALL, ids=name_of)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries are made at once, and none is held back for what another test has used up."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_, **__: True)


class Peer:
    """AWS, and a caller whose clients are made once: reading the models is what is slow."""

    def __init__(self) -> None:
        self.aws = FakeAws()
        self.session = self.aws.session(_REAL)
        self.session.register_component("data_loader", Loader())
        self.caller = Caller(ReadOnlyClients(self.session, None), REGION)

    @cache  # noqa: B019
    def model(self, read: Read) -> OperationModel:
        return self.session.get_service_model(read.service).operation_model(read.operation)

    def tokens(self, read: Read) -> dict[str, Any] | None:
        """How a read is paginated; None where it is not."""
        try:
            found: dict[str, Any] = self.session.get_paginator_model(read.service).get_paginator(
                read.operation
            )
        except ValueError:
            return None
        return found if read.lists or read.operation == "ListObjectsV2" else None

    def answers(self, read: Read, *given: Answer | Callable[[str], Answer]) -> None:
        """What comes, one after the other; the last for ever."""
        left = list(given)

        def handler(body: str) -> Answer:
            entry = left.pop(0) if len(left) > 1 else left[0]
            return entry(body) if callable(entry) else entry

        self.aws.handlers[read.operation] = handler
        self.aws.calls.clear()

    def made(self, read: Read) -> list[dict[str, Any]]:
        shape = self.model(read).input_shape
        given = sample(shape) if shape else {}
        if self.tokens(read):
            return list(self.caller.pages(read.service, read.operation, REGION, **given))
        return [self.caller.one(read.service, read.operation, REGION, **given)]

    def failure(self, read: Read) -> str:
        with pytest.raises(ReadFailed) as gone:
            self.made(read)
        assert gone.value.read is read
        return gone.value.failed.code


@pytest.fixture(scope="module")
def peer() -> Peer:
    return Peer()


def whole(peer: Peer, read: Read) -> dict[str, Any]:
    """All members of an answer, without a token for another page."""
    shape = peer.model(read).output_shape
    paginated = peer.tokens(read)
    left_out = {paginated["output_token"], paginated.get("more_results")} if paginated else set()
    headers = {n for n, m in shape.members.items() if m.serialization.get("location")}
    members = {n: m for n, m in shape.members.items() if n not in left_out | headers}
    return {name: sample(member, full=True) for name, member in members.items()}


def page(peer: Peer, read: Read, *, empty: bool, token: str) -> Answer:
    """A page, with or without entries, and with the token of the next one where one is given."""
    values = whole(peer, read)
    keys = peer.tokens(read)
    assert keys is not None
    named = keys["result_key"]
    for name in read.lists or [named] if isinstance(named, str) else read.lists or named:
        values[name] = [] if empty else values[name]
    if keys.get("more_results"):
        values[keys["more_results"]] = bool(token)
    if token:
        values[keys["output_token"].partition(" ")[0]] = token
    return answer(peer.model(read), values)


@every_read
def test_a_whole_answer_comes_out_as_it_is(peer: Peer, read: Read) -> None:
    """What the other tests send would be read, were nothing wrong with it."""
    peer.answers(read, answer(peer.model(read), whole(peer, read)))
    [found] = peer.made(read)
    assert set(found) >= set(whole(peer, read))
    for name in read.lists:
        assert found[name]


@every_read
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDenied"),
        (400, "ThrottlingException"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
        (403, "ExpiredToken"),
    ],
)
def test_an_error_of_aws_is_a_value(peer: Peer, read: Read, status: int, code: str) -> None:
    peer.answers(read, error(peer.model(read), status, code))
    assert peer.failure(read) == code


@every_read
@pytest.mark.parametrize("raised", [ConnectionClosedError, ReadTimeoutError])
def test_a_broken_connection_is_a_value(peer: Peer, read: Read, raised: type[Exception]) -> None:
    def reset(_: str) -> Answer:
        raise raised(endpoint_url="https://x")

    peer.answers(read, reset)
    assert peer.failure(read) == raised.__name__
    assert len(peer.aws.calls) > 1


@every_read
def test_what_cannot_be_read_is_a_value(peer: Peer, read: Read) -> None:
    """Cut, an answer of a proxy, garbage, and an answer without the list that it is about."""
    if peer.model(read).output_shape.serialization.get("payload"):
        peer.answers(read, (502, "<html>bad gateway</html>"))
        assert peer.failure(read)
        return
    cut = "<a><b" if is_xml(peer.model(read)) else '{"a": ['
    for given in ((200, cut), (502, "<html>bad gateway</html>"), (200, "\x00")):
        peer.answers(read, given)
        assert peer.failure(read)
    if read.lists:
        peer.answers(read, (200, "<a></a>" if is_xml(peer.model(read)) else "{}"))
        assert peer.failure(read) == MALFORMED


@every_read
def test_a_passing_fault_is_tried_again(peer: Peer, read: Read) -> None:
    """Throttled, failing and reset, then answered: nothing is lost, nothing there twice."""
    model, good = peer.model(read), answer(peer.model(read), whole(peer, read))

    def reset(_: str) -> Answer:
        raise ConnectionClosedError(endpoint_url="https://x")

    throttled = error(model, 400, "ThrottlingException")
    peer.answers(read, throttled, error(model, 500, "InternalFailure"), reset, good)
    assert len(peer.made(read)) == 1
    assert peer.aws.calls == [read.operation] * 4


_PEER = Peer()
paginated = pytest.mark.parametrize(
    "read", [read for read in ALL if _PEER.tokens(read)], ids=name_of
)


@paginated
def test_an_empty_page_with_a_token_is_followed(peer: Peer, read: Read) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html: AWS says
    so of its own lists."""
    peer.answers(
        read,
        page(peer, read, empty=False, token="one"),
        page(peer, read, empty=True, token="two"),
        page(peer, read, empty=False, token=""),
    )
    found = peer.made(read)
    assert len(found) == 3
    for name in read.lists:
        assert [bool(entry[name]) for entry in found] == [True, False, True]


@paginated
def test_a_fault_between_pages_leaves_no_half_of_a_list(peer: Peer, read: Read) -> None:
    """Credentials that expire, a right that is taken away, a reset that stays, a cut page."""
    model, first = peer.model(read), page(peer, read, empty=False, token="one")

    def reset(_: str) -> Answer:
        raise ConnectionClosedError(endpoint_url="https://x")

    for then, code in (
        (error(model, 403, "ExpiredToken"), "ExpiredToken"),
        (error(model, 403, "AccessDenied"), "AccessDenied"),
        (error(model, 500, "InternalFailure"), "InternalFailure"),
        (reset, "ConnectionClosedError"),
        ((200, "<a><b" if is_xml(model) else '{"a": ['), MALFORMED),
    ):
        peer.answers(read, first, then)
        # botocore takes a cut answer of Amazon S3 for an error of the service
        assert peer.failure(read) in (code, "500" if read.service == "s3" else code)
    last = page(peer, read, empty=False, token="")
    peer.answers(read, first, error(model, 400, "ThrottlingException"), last)
    assert len(peer.made(read)) == 2


def test_no_protocol_is_left_out() -> None:
    """The tables speak every protocol whose answers are made here."""
    spoken = {_PEER.model(read).service_model.protocol for read in ALL}
    assert spoken == {"query", "ec2", "rest-xml", "rest-json", "json"}
