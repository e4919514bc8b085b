"""Scans and audits on Apache Spark: the unchanged code, on as many machines as there are.

::

    import bedrock_doctor.spark

    groups = bedrock_doctor.spark.scan(spark, "s3://my-trail/AWSLogs/", since="7d")
    groups.orderBy("count", ascending=False).show()

Needs this package with its dependencies on driver and executors. Tested with PySpark 4.3; it calls
nothing that PySpark 3.5 lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from bedrock_doctor.model.audit import Audit
    from bedrock_doctor.model.snapshot import Snapshot
    from bedrock_doctor.model.trail import TrailScan

__all__ = ["audit", "groups_frame", "scan", "scan_trail"]


def scan(
    spark: SparkSession,
    paths: str | Sequence[str] | DataFrame,
    *,
    since: str = "",
    until: str = "",
    accounts: Sequence[str] = (),
    regions: Sequence[str] = (),
    snapshot: Snapshot | None = None,
    partitions: int | None = None,
) -> DataFrame:
    """The denied calls of CloudTrail logs, grouped by what they share: one row a group.

    Warns when parts of the trail could not be read; `scan_trail` tells which.

    Args:
        spark: the session to run in.
        paths: folders and log files that all executors see, ``s3://BUCKET/PREFIX``; or a frame
            with the columns ``path`` and ``content``, as the format ``binaryFile`` gives them.
        since: first day or moment (UTC) that is wanted, or an age such as ``7d``.
        until: first day or moment that is not wanted any more.
        accounts: ids of accounts; empty: all.
        regions: Region codes; empty: all.
        snapshot: what each group is diagnosed against, or None.
        partitions: tasks to read with; None: one for each 128 MiB, at least 64.

    Raises:
        UsageError: a path does not exist, a time is none.
        NoCredentials: a bucket is to be read, and there are no credentials.
    """
    import warnings

    found = scan_trail(
        spark, paths, since=since, until=until, accounts=accounts, regions=regions,
        snapshot=snapshot, partitions=partitions,
    )  # fmt: skip
    if found.unread_count:
        warnings.warn(
            f"{found.unread_count} parts of the trail could not be read whole, for example "
            f"{found.unread[0].where}: {found.unread[0].why}",
            stacklevel=2,
        )
    return groups_frame(spark, found)


def scan_trail(
    spark: SparkSession,
    paths: str | Sequence[str] | DataFrame,
    *,
    since: str = "",
    until: str = "",
    accounts: Sequence[str] = (),
    regions: Sequence[str] = (),
    snapshot: Snapshot | None = None,
    partitions: int | None = None,
) -> TrailScan:
    """As `scan`, as the value that a local scan of the same files gives, counts and all."""
    from bedrock_doctor.scan.log_files import Wanted
    from bedrock_doctor.scan.moments import moment
    from bedrock_doctor.spark.trail_job import TrailJob, scanned_trail

    now = datetime.now(UTC)
    wanted = Wanted(
        moment(since, "since", now), moment(until, "until", now), tuple(accounts), tuple(regions)
    )
    return scanned_trail(TrailJob(spark, wanted, partitions=partitions), paths, snapshot)


def groups_frame(spark: SparkSession, found: TrailScan) -> DataFrame:
    """The groups of a scan, one row each, the most frequent first."""
    from bedrock_doctor.spark.frame import COLUMNS, group_rows

    return spark.createDataFrame(group_rows(found), COLUMNS)


def audit(
    spark: SparkSession,
    snapshot: Snapshot,
    *,
    models: Sequence[str] = (),
    regions: Sequence[str] = (),
    depth: int = 3,
) -> Audit:
    """Who can reach which model from where, over a whole snapshot, as on one machine.

    Args:
        spark: the session to run in.
        snapshot: what was collected; the driver reads it, executors get accounts.
        models: only these models and inference profiles; empty: all.
        regions: only calls from these Regions; empty: all.
        depth: how many roles a chain may have.

    Raises:
        UsageError: the snapshot holds no account, or several partitions.
        UnknownName: a model or Region leads nowhere.
    """
    from bedrock_doctor.audit.auditing import AuditQuestion
    from bedrock_doctor.audit.offers import Wanted
    from bedrock_doctor.spark.audit_job import audit_on_spark

    wanted = Wanted(frozenset(models), frozenset(regions))
    return audit_on_spark(spark, snapshot, AuditQuestion(wanted, depth))
