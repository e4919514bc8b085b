"""A scan as jobs of Spark: list, sift, group. What comes to the driver are groups, not events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from pyspark import StorageLevel
from pyspark.sql import functions as F  # noqa: N812

from bedrock_doctor import app
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.denied_call import MOST_UNREAD, DeniedCall, Unread
from bedrock_doctor.model.trail import TrailScan
from bedrock_doctor.scan.grouping import HOUR, MOST_CALLERS, Group, Grouping, first_unread
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.scanning import STDIN, ReadGroup, answered, check_paths
from bedrock_doctor.scan.trail_event import TrailEvent
from bedrock_doctor.scan.trail_source import Access
from bedrock_doctor.spark import rows
from bedrock_doctor.spark.listing import LISTED, places
from bedrock_doctor.spark.on_executors import list_places, sift_contents, sift_paths

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from bedrock_doctor.model.snapshot import Snapshot

_TASK_BYTES = 128 << 20
_LEAST_TASKS = 64
_MOST_TASKS = 50_000
_ROWS_WITH_CONTENT = "16"
_ARROW_ROWS = "spark.sql.execution.arrow.maxRecordsPerBatch"


@dataclass(frozen=True, slots=True)
class TrailJob:
    """How a scan runs.

    Attributes:
        spark: the session.
        wanted: times, accounts and Regions.
        access: with whose credentials buckets are read, by the driver and by every executor.
        partitions: tasks to read with; None: by the bytes of the files.
    """

    spark: SparkSession
    wanted: Wanted = field(default_factory=Wanted)
    access: Access = field(default_factory=Access)
    partitions: int | None = None


def scanned_trail(
    job: TrailJob, paths: str | Sequence[str] | DataFrame, snapshot: Snapshot | None
) -> TrailScan:
    """The denied calls of a trail, as a local scan of the same files finds them.

    Raises:
        UsageError: a path does not exist, or is standard input.
        NoCredentials: a bucket is to be read, and there are no credentials.
    """
    return app.diagnosed_scan(*_grouped(job, paths), snapshot)


def _grouped(
    job: TrailJob, paths: str | Sequence[str] | DataFrame
) -> tuple[TrailScan, list[ReadGroup]]:
    named = [paths] if isinstance(paths, str) else paths
    if not isinstance(named, Sequence):
        with _small_batches(job.spark):
            return _answer(_sifted_contents(job, named), None)
    if STDIN in named:
        raise UsageError("Spark cannot read standard input", help="give files, folders or s3://")
    check_paths(named)
    listed = _listed(job, named).persist(StorageLevel.DISK_ONLY)
    try:
        return _answer(_sifted(job, listed), listed)
    finally:
        listed.unpersist()


@contextmanager
def _small_batches(spark: SparkSession) -> Iterator[None]:
    """Few rows at a time where each holds a whole file."""
    before = spark.conf.get(_ARROW_ROWS)
    spark.conf.set(_ARROW_ROWS, _ROWS_WITH_CONTENT)
    try:
        yield
    finally:
        spark.conf.set(_ARROW_ROWS, before)


def _listed(job: TrailJob, paths: Sequence[str]) -> DataFrame:
    wanted, access = job.wanted, job.access
    found = [(place,) for path in paths for place in places(path, wanted, access)]
    frame = job.spark.createDataFrame(found, "place string").repartition(max(len(found), 1))
    return frame.mapInArrow(lambda batches: list_places(batches, wanted, access), LISTED)


def _sifted(job: TrailJob, listed: DataFrame) -> DataFrame:
    wanted, access = job.wanted, job.access
    files = listed.where("why = ''").select("path", "size")
    tasks = job.partitions or _tasks(files)
    # by hash, so that a file belongs to the same task when lost tasks are run again
    spread = files.select("path").repartition(tasks, "path")
    return spread.mapInArrow(lambda batches: sift_paths(batches, wanted, access), rows.SIFTED)


def _tasks(files: DataFrame) -> int:
    count, size = files.agg(F.count("*"), F.coalesce(F.sum("size"), F.lit(0))).first() or (0, 0)
    return max(min(count, max(_LEAST_TASKS, -(-size // _TASK_BYTES)), _MOST_TASKS), 1)


def _sifted_contents(job: TrailJob, files: DataFrame) -> DataFrame:
    wanted = job.wanted
    if job.partitions:
        files = files.repartition(job.partitions, "path")
    contents = files.select("path", "content")
    return contents.mapInArrow(lambda batches: sift_contents(batches, wanted), rows.SIFTED)


def _answer(sifted: DataFrame, listed: DataFrame | None) -> tuple[TrailScan, list[ReadGroup]]:
    """Groups what the executors found. They keep their rows on disk for it, read once."""
    sifted = sifted.persist(StorageLevel.DISK_ONLY)
    try:
        return answered(_grouping(sifted, listed), interrupted=False)
    finally:
        sifted.unpersist()


def _grouping(sifted: DataFrame, listed: DataFrame | None) -> Grouping:
    counts = _kind(sifted, rows.READ).agg(
        *(F.coalesce(F.sum(name), F.lit(0)) for name in ("events", "files", "deliveries"))
    )
    events, files, deliveries = counts.first() or (0, 0, 0)
    found = Grouping(events=events, files=files)
    _count(found, sifted)
    found.duplicates = deliveries - found.denied
    for text, names in _callers(sifted):
        group = found.groups.get(rows.call_of(text))
        if group is not None:
            group.callers = tuple(sorted(names)[:MOST_CALLERS])
    unread = _kind(sifted, rows.UNREAD).select("place", "why", "events")
    if listed is not None:
        refused = listed.where("why <> ''")
        unread = unread.union(refused.select("path", "why", F.lit(0).cast("bigint")))
    first = unread.orderBy("place", "why").limit(MOST_UNREAD + 1).collect()
    found.unread = first_unread([Unread(*row) for row in first])
    found.unread_count = len(first) if len(first) <= MOST_UNREAD else unread.count()
    return found


def _kind(sifted: DataFrame, kind: str) -> DataFrame:
    return sifted.where(F.col("kind") == kind)


def _count(found: Grouping, sifted: DataFrame) -> None:
    """Counts each event once, by group and hour."""
    once = (
        _kind(sifted, rows.EVENT)
        .groupBy("key")
        .agg(F.min(F.struct("call", "time")).alias("least"))
        .select("least.call", "least.time")
    )
    hours = once.groupBy("call", F.substring("time", 1, HOUR).alias("hour")).agg(
        F.count("*"), F.min("time"), F.max("time")
    )
    samples = (
        _kind(sifted, rows.SAMPLE)
        .groupBy("call")
        .agg(F.min(F.struct("time", "key", "sample")).alias("least"))
        .select("call", "least.*")
    )
    decoder = msgspec.json.Decoder(TrailEvent)
    earliest: dict[DeniedCall, tuple[str, bytes, TrailEvent]] = {
        rows.call_of(call): (time, bytes(key), decoder.decode(bytes(sample)))
        for call, time, key, sample in samples.collect()
    }
    for text, hour, count, first, last in hours.collect():
        call = rows.call_of(text)
        group = found.groups.get(call)
        if group is None:
            time, key, sample = earliest[call]
            group = found.groups[call] = Group(sample, (time, key))
        group.count += count
        if not hour:
            found.odd_times += count
            continue
        group.first = min(group.first or first, first)
        group.last = max(group.last, last)
        group.hours += Counter({hour: count})


def _callers(sifted: DataFrame) -> list[Any]:
    """Groups with who had assumed the role behind the keys that signed."""
    signed = _kind(sifted, rows.SIGNED).select("call", "access_key").distinct()
    sessions = _kind(sifted, rows.SESSION).select(
        "access_key", F.col("principal").alias("seen"), "shared"
    )
    own = _kind(sifted, rows.CALLER).select("shared", F.col("principal").alias("known")).distinct()
    named = (
        signed.join(sessions, "access_key")
        .join(own, "shared", "left")
        .select("call", F.coalesce("known", "seen").alias("caller"))
        .where("caller <> ''")
    )
    found: list[Any] = named.groupBy("call").agg(F.collect_set("caller")).collect()
    return found
