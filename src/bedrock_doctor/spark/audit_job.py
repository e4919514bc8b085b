"""An audit as a job of Spark: batches of accounts go to executors, which run the same function."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bedrock_doctor import app
from bedrock_doctor.audit.batch import AccountAudit, Batch, Frame, audit_batch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from bedrock_doctor.audit.auditing import AuditQuestion
    from bedrock_doctor.model.audit import Audit
    from bedrock_doctor.model.snapshot import Snapshot

_WORK = "number int, batch binary"
_DONE = "number int, done binary"


def audit_on_spark(spark: SparkSession, snapshot: Snapshot, question: AuditQuestion) -> Audit:
    """Audits everybody who is held, with the answer of an audit on one machine.

    Raises:
        UsageError: the snapshot holds no account, or several partitions.
        UnknownName: a model or Region of the question leads nowhere.
    """

    def run(batches: Iterable[Batch], frame: Frame) -> Iterator[tuple[AccountAudit, ...]]:
        work = [(number, pickle.dumps(batch)) for number, batch in enumerate(batches)]
        rows = spark.createDataFrame(work, _WORK).repartition(max(len(work), 1))
        done = rows.mapInArrow(lambda found: audit_batches(found, frame), _DONE).collect()
        for row in sorted(done, key=lambda row: int(row["number"])):
            yield pickle.loads(row["done"])  # noqa: S301 - made by our own executors

    return app.audit(snapshot, question, run=run)


def audit_batches(rows: Iterable[Any], frame: Frame) -> Iterator[Any]:
    """Batches of accounts to what was found about them, on an executor."""
    import pyarrow as pa

    schema = pa.schema([("number", pa.int32()), ("done", pa.binary())])
    for some in rows:
        for number, batch in zip(some.column("number"), some.column("batch"), strict=True):
            work: Batch = pickle.loads(batch.as_py())  # noqa: S301 - made by our own driver
            done = pickle.dumps(audit_batch(work, frame))
            yield pa.RecordBatch.from_pylist([{"number": number.as_py(), "done": done}], schema)
