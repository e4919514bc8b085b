"""The files of the catalog, where their contents come from, and how old they may get."""

from __future__ import annotations

import datetime
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import msgspec

FileType = TypeVar("FileType")


@dataclass(frozen=True, slots=True)
class CatalogSource:
    """Where a part of a catalog file comes from.

    Attributes:
        name: package name, or what an AWS page was read for.
        url: home of the package, or the AWS page.
        version: version of the package; empty for pages.
        licence: SPDX id; ``facts`` for facts restated from AWS pages.
        date: date of the data, ISO 8601.
        max_age_days: age from which the data should be refreshed, in days.
    """

    name: str
    url: str
    version: str
    licence: str
    date: str
    max_age_days: int

    def age_days(self, today: datetime.date) -> int:
        """Age of the data on a day."""
        return (today - datetime.date.fromisoformat(self.date)).days

    def is_stale(self, today: datetime.date) -> bool:
        """Whether the data is older than it should be on a day."""
        return self.age_days(today) > self.max_age_days


@dataclass(frozen=True, slots=True)
class CatalogHeader:
    """The head of a catalog file.

    Attributes:
        generated_by: the script that wrote it.
        generated_on: day of the generation, ISO 8601.
        floors: least number of entries of each kind; fewer mean that a refresh lost some.
        sources: the first one gives the file its date.
    """

    generated_by: str
    generated_on: str
    floors: dict[str, int]
    sources: tuple[CatalogSource, ...]

    @property
    def date(self) -> str:
        """Date of the main source, ISO 8601: what a report shows as "data of"."""
        return self.sources[0].date


@dataclass(frozen=True, slots=True)
class _OnlyHeader:
    header: CatalogHeader


FILES = ("service_authorization.json", "bedrock_models.json", "partitions.json")


def read_file(name: str, type: type[FileType]) -> FileType:
    """Reads a catalog file of the package as `type`. Callers cache the result.

    `pkgutil` starts in half the time of `importlib.resources`, and reads zipped packages as well.

    Raises:
        FileNotFoundError: the package was installed without its data.
    """
    data = pkgutil.get_data("bedrock_doctor.catalog", f"data/{name}")
    if data is None:  # a loader without data access
        raise FileNotFoundError(name)
    return msgspec.json.decode(data, type=type)


@cache
def header(name: str) -> CatalogHeader:
    """The header of one of `FILES`."""
    return read_file(name, _OnlyHeader).header
