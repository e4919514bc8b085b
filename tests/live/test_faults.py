"""Every read of the table against every way in which AWS may not answer (our choice, ADR 0024).

A read either answers whole, or fails with a value that says why; nothing else comes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.loaders import Loader
from botocore.model import Shape, StructureShape

from bedrock_doctor.live.caller import MALFORMED, Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.reads import READS, Read
from tests.live.fake_aws import Answer, FakeAws, json_error, xml_error

_LOADER = Loader()
_REAL = botocore.session.Session


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries are made at once, also those that adaptive mode holds back."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True)


def caller(aws: FakeAws) -> Caller:
    session = aws.session(_REAL)
    # reading the models of services is what makes clients slow
    session.register_component("data_loader", _LOADER)
    return Caller(ReadOnlyClients(session, None), "eu-central-1")


def is_xml(read: Read) -> bool:
    return read.service in ("iam", "sts", "ec2")


def error(read: Read, status: int, code: str) -> Answer:
    if not is_xml(read):
        return json_error(status, code)
    if read.service == "ec2":
        return status, (
            f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors>"
            "<RequestID>1</RequestID></Response>"
        )
    return xml_error(status, code)


def value(shape: Shape) -> Any:
    """A value that botocore's validation takes."""
    match shape.type_name:
        case "structure":
            assert isinstance(shape, StructureShape)
            return {name: value(shape.members[name]) for name in shape.required_members}
        case "list":
            return [value(shape.member)]
        case "integer" | "long":
            return 1
        case _:
            return (shape.enum or ["a" * max(shape.metadata.get("min", 1), 20)])[0]


def models() -> Any:
    session = _REAL()
    session.register_component("data_loader", _LOADER)
    return session


def parameters(read: Read) -> dict[str, Any]:
    shape = models().get_service_model(read.service).operation_model(read.operation).input_shape
    return value(shape) if shape else {}


def made(who: Caller, read: Read) -> list[dict[str, Any]]:
    given = parameters(read)
    if read.lists:
        return list(who.pages(read.service, read.operation, "eu-central-1", **given))
    return [who.one(read.service, read.operation, "eu-central-1", **given)]


def failure(who: Caller, read: Read) -> str:
    with pytest.raises(ReadFailed) as gone:
        made(who, read)
    assert gone.value.read is read
    return gone.value.failed.code


@pytest.mark.parametrize("read", READS, ids=lambda read: f"{read.service}:{read.operation}")
def test_no_fault_ends_in_anything_but_a_value(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws()
    who = caller(aws)
    for status, code in (
        (403, "AccessDenied"),
        (400, "ThrottlingException"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
        (403, "ExpiredToken"),
    ):
        aws.on(read.operation, error(read, status, code))
        assert failure(who, read) == code
    cut = "<a><b" if is_xml(read) else '{"a": ['
    for answer in ((200, cut), (502, "<html>bad gateway</html>"), (200, "\x00")):
        aws.on(read.operation, answer)
        assert failure(who, read)
    if read.lists:
        aws.on(read.operation, (200, "<a></a>" if is_xml(read) else "{}"))
        assert failure(who, read) == MALFORMED
    for raised in (
        ConnectionClosedError(endpoint_url="https://x"),
        ReadTimeoutError(endpoint_url="https://x"),
    ):

        def reset(_: str, raised: Exception = raised) -> Answer:
            raise raised

        aws.handlers[read.operation] = reset
        assert failure(who, read) == type(raised).__name__


def pages(read: Read) -> Iterator[Answer]:
    """An empty page with a token, then the last page."""
    paginator = models().get_paginator_model(read.service).get_paginator(read.operation)
    token = paginator["output_token"]
    names = {name: [] for name in read.lists}
    more = {"more_results": paginator["more_results"]} if paginator.get("more_results") else {}
    flags = {more["more_results"]: True} if more else {}
    yield 200, json.dumps({**names, token: "next", **flags})
    yield 200, json.dumps(names)


def json_lists() -> list[Read]:
    session = models()
    return [read for read in READS if read.lists and not is_xml(read) and _paginates(session, read)]


def _paginates(session: Any, read: Read) -> bool:
    try:
        session.get_paginator_model(read.service).get_paginator(read.operation)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("read", json_lists(), ids=lambda read: f"{read.service}:{read.operation}")
def test_an_empty_page_with_a_token_is_followed(read: Read) -> None:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html: AWS says
    so of its own lists."""
    aws = FakeAws()
    aws.on(read.operation, *pages(read))
    assert len(made(caller(aws), read)) == 2
    assert aws.calls == [read.operation] * 2
