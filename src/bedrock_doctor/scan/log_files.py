"""Which files of a folder are log files to read, by the names that CloudTrail gives them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bedrock_doctor.model.denied_call import DeniedCall, Unread

_KEY = re.compile(
    r"(?:^|/)AWSLogs/(?:o-[a-z0-9]{10,32}/)?(?P<account>\d{12})/CloudTrail(?P<other>-[A-Za-z]+)?/"
    r"(?P<region>[a-z0-9-]+)/(?P<day>\d{4}/\d\d/\d\d)/"
)
_FOLDER = re.compile(
    r"(?:^|/)AWSLogs/(?:o-[a-z0-9]{10,32}/)?(?P<account>\d{12})/"
    r"(?:CloudTrail(?P<other>-[A-Za-z]+)?/(?:(?P<region>[a-z0-9-]+)/"
    r"(?:(?P<year>\d{4})/(?:(?P<month>\d\d)/(?:(?P<day>\d\d)/)?)?)?)?)?$"
)
_NAME = re.compile(r"(?P<account>\d{12})_CloudTrail(?P<other>-[A-Za-z]+)?_(?P<region>[a-z0-9-]+)_")
SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".gz")
_LATE = timedelta(days=1)
"""Events are delivered after they happen: a file of one day can hold events of the day before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for.

    Attributes:
        since: first moment, ISO 8601 UTC, or empty.
        until: first moment that is no longer wanted, or empty.
        accounts: account ids; empty: all.
        regions: Region codes; empty: all.
    """

    since: str = ""
    until: str = ""
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def call(self, call: DeniedCall) -> bool:
        """Whether denied calls of this kind are wanted."""
        return _among(call.account, self.accounts) and _among(call.region, self.regions)

    def time(self, moment: str) -> bool:
        """Whether an event of this time is wanted; one without time is."""
        if not moment:
            return True
        return self.since <= moment and (not self.until or moment < self.until)

    def key(self, name: str) -> bool:
        """Whether a file of this name can hold wanted events. Names of other forms can."""
        name = name.replace(os.sep, "/")
        found = _KEY.search(name) or _NAME.search(name.rpartition("/")[2])
        if found is None:
            return True
        if found["other"]:
            return False
        parts = found.groupdict()
        return (
            _among(parts["account"], self.accounts)
            and _among(parts["region"], self.regions)
            and self._day(parts.get("day"))
        )

    def folder(self, name: str) -> bool:
        """Whether a folder of the S3 layout can lead to wanted events. Other folders can."""
        found = _FOLDER.search(name)
        if found is None:
            return True
        parts = found.groupdict()
        return (
            not parts["other"]
            and _among(parts["account"], self.accounts)
            and (parts["region"] is None or _among(parts["region"], self.regions))
            and self._span(parts["year"], parts["month"], parts["day"])
        )

    def _span(self, year: str | None, month: str | None, day: str | None) -> bool:
        """Whether a year, a month of it, or a day of that can hold wanted events."""
        if year is None:
            return True
        first, last = f"{year}/{month or '01'}/{day or '01'}", f"{year}/{month or '12'}/{day or ''}"
        since, until = self.since[:10].replace("-", "/"), self.until[:10]
        if since and (last if day else last + "99") < since:
            return False
        try:
            late = date.fromisoformat(until) + _LATE if until else None
        except (ValueError, OverflowError):
            late = None
        return late is None or first <= f"{late:%Y/%m/%d}"

    def _day(self, text: str | None) -> bool:
        try:
            day = date.fromisoformat(text.replace("/", "-")) if text else None
        except ValueError:
            return True
        if day is None:
            return True
        if self.since and day < date.fromisoformat(self.since[:10]):
            return False
        return not self.until or day <= date.fromisoformat(self.until[:10]) + _LATE


def unread_path(path: Path, error: OSError, why: str = "cannot be read") -> Unread:
    """A file or folder that the operating system does not give."""
    return Unread(str(path), f"{why}: {(error.strerror or str(error)).lower()}")


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where the operating system does not tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _among(value: str, wanted: Collection[str]) -> bool:
    return not wanted or value in wanted


def log_files(root: Path, wanted: Wanted, unlisted: list[Unread]) -> Iterator[Path]:
    """The log files at or below a path, in order of their names.

    Args:
        root: a log file, or a folder.
        wanted: files whose names tell that they hold nothing wanted are left out.
        unlisted: takes the folders that cannot be listed.
    """
    if not root.is_dir():
        yield root
        return
    try:
        with os.scandir(root) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        unlisted.append(unread_path(root, error, "cannot be listed"))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from log_files(path, wanted, unlisted)
        elif (
            entry.is_file(follow_symlinks=False)
            and entry.name.lower().endswith(SUFFIXES)
            and wanted.key(entry.path)
        ):
            yield path
