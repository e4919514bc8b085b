"""Logs in Amazon S3 and CloudTrail's event history."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from random import Random
from typing import Any

import boto3
import botocore.session
import pytest
from moto import mock_aws

from bedrock_doctor import app
from bedrock_doctor.errors import NoCredentials, UsageError
from bedrock_doctor.live.readonly import RefusedOperation
from bedrock_doctor.live.reads import TRAIL_READS
from bedrock_doctor.model.trail import TrailScan
from bedrock_doctor.scan import trail_source
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.scanning import ScanRequest
from bedrock_doctor.scan.trail_source import Access, caller_of
from tests.live.fake_aws import FakeAws, json_error
from tests.scan.events import assumed, denied_converse

BUCKET = "example-trail"
_REAL = botocore.session.Session


def key(account: str, region: str, day: str, name: str, kind: str = "CloudTrail") -> str:
    return f"AWSLogs/{account}/{kind}/{region}/{day}/{account}_{kind}_{region}_{name}.json.gz"


def scanned(path: str, wanted: Wanted | None = None, **options: Any) -> TrailScan:
    request = ScanRequest([path], wanted or Wanted(), processes=1, **options)
    return app.scan(request, lambda _files, _events: None)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket in the layout of a trail: three days, two accounts, a digest, a foreign object."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    caller_of.cache_clear()
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        place = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        random = Random(1)
        for number, day in enumerate(("2026/11/18", "2026/11/19", "2026/11/20")):
            for account in ("444455556666", "777788889999"):
                time = f"{day.replace('/', '-')}T10:00:00Z"
                events = [denied_converse(random, time, recipientAccountId=account)]
                body = gzip.compress(json.dumps({"Records": events}).encode())
                name = key(account, "eu-central-1", day, str(number))
                client.put_object(Bucket=BUCKET, Key=name, Body=body)
        digest = key("444455556666", "eu-central-1", "2026/11/20", "d", "CloudTrail-Digest")
        client.put_object(Bucket=BUCKET, Key=digest, Body=b"{}")
        client.put_object(Bucket=BUCKET, Key="AWSLogs/readme.txt", Body=b"hello")
        yield client
    caller_of.cache_clear()


def test_a_bucket_is_scanned_like_a_folder(bucket: Any) -> None:
    """All log files below the prefix; digests and other objects are left out."""
    found = scanned(f"s3://{BUCKET}/AWSLogs/")

    assert (found.denied, found.files, found.unread_count) == (6, 6, 0)


def test_only_wanted_folders_are_listed(bucket: Any) -> None:
    """Days, accounts and Regions are chosen by the names of folders, before they are listed."""
    listed: list[str] = []
    caller = caller_of(Access())
    caller._clients.client("s3", "eu-central-1").meta.events.register(
        "provide-client-params.s3.ListObjectsV2",
        lambda params, **_: listed.append(params["Prefix"]),
    )

    found = scanned(
        f"s3://{BUCKET}/AWSLogs/",
        Wanted(since="2026-11-19T12:00:00Z", accounts=("444455556666",)),
    )

    assert found.denied == 1
    assert not [prefix for prefix in listed if "777788889999" in prefix or "Digest" in prefix]
    assert not [prefix for prefix in listed if "2026/11/18" in prefix]


@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        ("AWSLogs/o-abcdefghij/444455556666/CloudTrail/eu-central-1/2025/", False),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/", True),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/10/", False),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/", True),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/19/", False),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/20/", True),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/23/", True),
        ("AWSLogs/444455556666/CloudTrail/eu-central-1/2026/11/24/", False),
        ("AWSLogs/444455556666/CloudTrail/eu-west-1/", False),
        ("AWSLogs/444455556666/CloudTrail-Insight/", False),
        ("AWSLogs/111122223333/", False),
        ("AWSLogs/", True),
        ("anything/else/", True),
    ],
)
def test_folders_of_the_layout_are_chosen_by_name(folder: str, wanted: bool) -> None:
    """A file may lie under the day after its events."""
    asked = Wanted("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z", ("444455556666",),
                   ("eu-central-1",))  # fmt: skip

    assert asked.folder(folder) is wanted


def test_what_cannot_be_read_is_reported(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused object or prefix is counted with its reason; the rest is scanned."""
    refused = key("444455556666", "eu-central-1", "2026/11/18", "0")
    client = caller_of(Access())._clients.client("s3", "eu-central-1")

    def refuse(params: Any, **_: Any) -> None:
        if params.get("Key") == refused or params.get("Prefix", "").endswith("777788889999/"):
            params["Bucket"] = "somebody-elses-bucket"

    client.meta.events.register("provide-client-params.s3", refuse)

    found = scanned(f"s3://{BUCKET}/AWSLogs/")

    assert found.denied == 2
    assert [(unread.where.rpartition("AWSLogs/")[2], "NoSuchBucket" in unread.why)
            for unread in found.unread] == [
        (refused.removeprefix("AWSLogs/"), True), ("777788889999/", True),
    ]  # fmt: skip


def test_a_scan_cannot_write_to_s3(bucket: Any) -> None:
    """The guard of the table of reads holds for buckets as well."""
    client = caller_of(Access())._clients.client("s3", "eu-central-1")

    with pytest.raises(RefusedOperation):
        client.put_object(Bucket=BUCKET, Key="x", Body=b"")
    assert all(read.operation.startswith(("Get", "List", "Head", "Lookup")) for read in TRAIL_READS)


@pytest.mark.parametrize("url", ["s3://", "s3://UPPER/x", "s3://a", "s3:///key"])
def test_bad_urls_are_explained(url: str) -> None:
    """Before anything is asked of AWS."""
    with pytest.raises(UsageError, match="names no bucket"):
        scanned(url)


def test_without_credentials_the_scan_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, as for every command that asks AWS."""
    caller_of.cache_clear()
    monkeypatch.setattr(botocore.session.Session, "get_credentials", lambda _self: None)
    with pytest.raises(NoCredentials):
        scanned(f"s3://{BUCKET}/AWSLogs/")
    caller_of.cache_clear()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_makes_connections_of_its_own(bucket: Any) -> None:
    """Two processes that read answers from one connection would get each other's."""
    caller_of(Access())
    child = get_context("fork").Process(target=_exit_with_callers)
    child.start()
    child.join()

    assert (caller_of.cache_info().currsize, child.exitcode) == (1, 0)


def _exit_with_callers() -> None:
    sys.exit(caller_of.cache_info().currsize)


@pytest.mark.parametrize("lookup", [(), ("eu-central-1",)])
def test_credentials_of_the_lab_never_leave_the_machine(
    monkeypatch: pytest.MonkeyPatch, lookup: tuple[str, ...]
) -> None:
    """Without the lab's endpoint nothing is sent, be it to Amazon S3 or to CloudTrail."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALAB0000000000001")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    caller_of.cache_clear()
    paths = [] if lookup else [f"s3://{BUCKET}/AWSLogs/"]

    for access in (Access(), Access(endpoint_url="https://example.com")):
        with pytest.raises(UsageError, match="credentials of the lab"):
            app.scan(ScanRequest(paths, Wanted(), 1, lookup, access), lambda _f, _e: None)
    caller_of.cache_clear()
    assert caller_of(Access(endpoint_url="http://127.0.0.1:9"))
    caller_of.cache_clear()


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    fake = FakeAws()
    monkeypatch.setattr("botocore.session.Session", lambda **_: fake.session(_REAL))
    monkeypatch.setattr("time.sleep", lambda _: None)
    caller_of.cache_clear()
    yield fake
    caller_of.cache_clear()


def page(events: list[Any], token: str = "") -> tuple[int, str]:
    entries = [{"EventId": e["eventID"], "CloudTrailEvent": json.dumps(e)} for e in events]
    return 200, json.dumps({"Events": entries, **({"NextToken": token} if token else {})})


def looked_up(history: FakeAws) -> TrailScan:
    request = ScanRequest([], Wanted(since="2026-11-20T00:00:00Z"), 1, ("eu-central-1",))
    return app.scan(request, lambda _files, _events: None)


def test_the_event_history_is_read_page_by_page(history: FakeAws) -> None:
    """An empty page with a token is a page like others; each source is asked for by itself."""
    random = Random(1)
    asked: list[Any] = []
    pages = {
        "bedrock.amazonaws.com": [
            page([denied_converse(random, "2026-11-20T10:00:00Z")], "a"),
            page([], "b"),
            page([denied_converse(random, "2026-11-20T11:00:00Z")]),
        ],
        "sts.amazonaws.com": [page(assumed(random, "2026-11-20T09:00:00Z"))],
    }

    def answer(body: str) -> tuple[int, str]:
        asked.append(json.loads(body))
        left = pages.get(asked[-1]["LookupAttributes"][0]["AttributeValue"], [])
        return left.pop(0) if left else page([])

    history.handlers["LookupEvents"] = answer

    found = looked_up(history)

    assert found.denied == 2
    assert found.groups[0].callers
    assert all("StartTime" in body and "EndTime" not in body for body in asked)
    assert {b["LookupAttributes"][0]["AttributeValue"] for b in asked} == set(trail_source._SOURCES)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (json_error(403, "AccessDeniedException"), "AccessDeniedException"),
        (json_error(400, "InvalidTimeRangeException"), "InvalidTimeRangeException"),
        ((200, json.dumps({"Events": None})), "MalformedAnswer"),
        ((200, json.dumps({"Events": [{"CloudTrailEvent": "no json"}]})), "cannot be read"),
    ],
)
def test_a_history_that_cannot_be_read_is_reported(
    history: FakeAws, answer: tuple[int, str], why: str
) -> None:
    """Refused, failed and malformed answers leave the answer open, never empty."""
    history.on("LookupEvents", answer)

    found = looked_up(history)

    assert found.denied == 0
    assert found.unread_count >= 3
    assert why in found.unread[0].why
