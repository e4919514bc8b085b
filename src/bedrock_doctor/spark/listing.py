"""Where the log files lie: listed by the executors, folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bedrock_doctor.model.denied_call import Unread
from bedrock_doctor.scan.log_files import Wanted, log_files, size_of
from bedrock_doctor.scan.trail_source import (
    Access,
    bucket_and_prefix,
    is_bucket,
    listed_folder,
    listed_folders,
)

LISTED = "path string, size bigint, why string"
"""A log file and its bytes; or what could not be listed, and why."""
_ENOUGH = 64
"""Folders to list side by side."""

Row = tuple[str, int, str]


def places(path: str, wanted: Wanted, access: Access) -> list[str]:
    """Where executors begin to list: the path itself, or folders of a bucket that hold all of it.

    Raises:
        NoCredentials: a bucket is to be listed, and there are no credentials.
    """
    if not is_bucket(path):
        return [str(Path(path).absolute())]
    bucket, prefix = bucket_and_prefix(path)
    open_folders, done = [prefix], list[str]()
    while open_folders and len(open_folders) + len(done) < _ENOUGH:
        folder = open_folders.pop(0)
        listed = listed_folder(bucket, folder, wanted, access)
        if listed.keys or listed.unread:
            done.append(folder)
        else:
            open_folders += listed.folders
    return [f"s3://{bucket}/{folder}" for folder in (*done, *open_folders)]


def listing(place: str, wanted: Wanted, access: Access) -> Iterator[Row]:
    """The log files at or below a place, and what could not be listed."""
    if is_bucket(place):
        bucket, _ = bucket_and_prefix(place)
        for folder in listed_folders(place, wanted, access):
            for key, size in zip(folder.keys, folder.sizes, strict=True):
                yield f"s3://{bucket}/{key}", size, ""
            if folder.unread is not None:
                yield _unlisted(folder.unread)
        return
    unlisted: list[Unread] = []
    for path in log_files(Path(place), wanted, unlisted):
        yield str(path), size_of(path), ""
    yield from map(_unlisted, unlisted)


def _unlisted(unread: Unread) -> Row:
    return unread.where, 0, unread.why
