"""Where logs lie that are no local files: a bucket of Amazon S3, or CloudTrail's event history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

from bedrock_doctor.errors import UsageError
from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.sessions import (
    access_key_id,
    configured_credentials,
    configured_region,
    keep_on_loopback,
    profile_session,
)
from bedrock_doctor.model.denied_call import Unread
from bedrock_doctor.scan.log_file import MOST_BYTES, unpacked
from bedrock_doctor.scan.log_files import SUFFIXES, Wanted
from bedrock_doctor.scan.log_text import trail_event
from bedrock_doctor.scan.sifting import Sifted, sift_text
from bedrock_doctor.scan.trail_event import UNREADABLE

_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_THREADS = 8
_SOURCES = ("bedrock.amazonaws.com", "bedrock-mantle.amazonaws.com", "sts.amazonaws.com")


@dataclass(frozen=True, slots=True)
class Access:
    """With whose credentials AWS is asked.

    Attributes:
        profile: of the AWS config files; None: as the environment says.
        endpoint_url: where all calls go, in place of AWS's own endpoints.
    """

    profile: str | None = None
    endpoint_url: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies directly in a folder of a bucket, as far as it is wanted.

    Attributes:
        folders: prefixes below it.
        keys: log files in it.
        sizes: their bytes.
        unread: why it could not be listed whole.
    """

    folders: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    unread: Unread | None = None


def is_bucket(path: str) -> bool:
    """Whether a path names a bucket."""
    return path.startswith("s3://")


def bucket_and_prefix(url: str) -> tuple[str, str]:
    """The parts of ``s3://BUCKET/PREFIX``.

    Raises:
        UsageError: it is none.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise UsageError(f"`{url}` names no bucket", help="expected s3://BUCKET/AWSLogs/")
    return found[1], found[2] or ""


@cache
def caller_of(access: Access) -> Caller:
    """Who makes the calls of this process.

    Raises:
        NoCredentials: there are none.
        UsageError: they are the lab's, and the calls would leave this machine.
    """
    session = profile_session(access.profile)
    region = configured_region(session) or "us-east-1"
    key = access_key_id(configured_credentials(session))
    clients = ReadOnlyClients(session, access.endpoint_url)
    keep_on_loopback(key, clients, region, "s3", "cloudtrail")
    return Caller(clients, region)


if hasattr(os, "register_at_fork"):
    # connections are not shared
    os.register_at_fork(after_in_child=caller_of.cache_clear)


def listed_folders(url: str, wanted: Wanted, access: Access) -> Iterator[Listed]:
    """A prefix and the folders below it, one by one; unwanted ones are not even listed."""
    bucket, prefix = bucket_and_prefix(url)
    folders = [prefix]
    while folders:
        listed = listed_folder(bucket, folders.pop(), wanted, access)
        yield listed
        folders += reversed(listed.folders)


def listed_folder(bucket: str, folder: str, wanted: Wanted, access: Access) -> Listed:
    """What lies directly in one folder."""
    inner: list[str] = []
    sizes: dict[str, int] = {}
    unread = None
    try:
        for page in caller_of(access).pages(
            "s3", "ListObjectsV2", Bucket=bucket, Prefix=folder, Delimiter="/"
        ):
            inner += [entry["Prefix"] for entry in page.get("CommonPrefixes", ())]
            sizes |= {entry["Key"]: int(entry["Size"]) for entry in page.get("Contents", ())}
    except ReadFailed as gone:
        unread = Unread(f"s3://{bucket}/{folder}", _failure(gone))
    keys = sorted(key for key in sizes if key.lower().endswith(SUFFIXES) and wanted.key(key))
    return Listed(
        tuple(sorted(name for name in inner if wanted.folder(name))),
        tuple(keys),
        tuple(sizes[key] for key in keys),
        unread,
    )


@dataclass(frozen=True, slots=True)
class Objects:
    """The log files of a bucket: what of them is wanted, and with whose credentials."""

    bucket: str
    wanted: Wanted
    access: Access


def sift_objects(keys: Sequence[str], objects: Objects) -> Sifted:
    """Sifts some objects. One that cannot be read is reported, never fatal."""
    caller = caller_of(objects.access)
    sifted = Sifted(objects.wanted)
    with ThreadPoolExecutor(_THREADS) as pool:
        answers = pool.map(lambda key: _object(caller, objects.bucket, key), keys)
        for key, (data, failure) in zip(keys, answers, strict=True):
            where = f"s3://{objects.bucket}/{key}"
            if failure:
                sifted.unread.append(Unread(where, failure))
            else:
                text, why = unpacked(data)
                sift_text(text, why, where, sifted)
    return sifted


def _object(caller: Caller, bucket: str, key: str) -> tuple[bytes, str]:
    from botocore.exceptions import BotoCoreError
    from urllib3.exceptions import HTTPError

    try:
        body = caller.one("s3", "GetObject", Bucket=bucket, Key=key)["Body"]
        return body.read(MOST_BYTES + 1), ""
    except ReadFailed as gone:
        return b"", _failure(gone)
    except (BotoCoreError, HTTPError, OSError) as error:
        return b"", f"broke off: {type(error).__name__}"


def _failure(gone: ReadFailed) -> str:
    return f"cannot be read: {gone.failed.code}: {gone.failed.message}".rstrip(": ")


def looked_up(regions: Iterable[str], wanted: Wanted, access: Access) -> Iterator[Sifted]:
    """Events of CloudTrail's event history, page by page.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: management
    events of 90 days, one attribute a call, two calls a second for each account and Region.
    """
    span: dict[str, Any] = {}
    if wanted.since:
        span["StartTime"] = _moment(wanted.since)
    if wanted.until:
        span["EndTime"] = _moment(wanted.until)
    for region in regions:
        caller = caller_of(access)
        for source in _SOURCES:
            attribute = {"AttributeKey": "EventSource", "AttributeValue": source}
            where = f"cloudtrail:LookupEvents of {source} in {region}"
            try:
                for page in caller.pages(
                    "cloudtrail", "LookupEvents", region, LookupAttributes=[attribute], **span
                ):
                    yield _page(page["Events"], wanted, where)
            except ReadFailed as gone:
                yield Sifted(wanted, unread=[Unread(where, _failure(gone))])


def _page(entries: Iterable[Any], wanted: Wanted, where: str) -> Sifted:
    sifted = Sifted(wanted, files=1)
    events = []
    for entry in entries:
        try:
            events.append(trail_event(msgspec.json.decode(entry["CloudTrailEvent"])))
        except (*UNREADABLE, KeyError, TypeError, AttributeError):
            sifted.unread.append(Unread(where, "holds an event that cannot be read"))
    sifted.add(events)
    return sifted


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
