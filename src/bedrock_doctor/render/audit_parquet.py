"""An audit as Parquet, for DuckDB, Athena and Spark: a stream of rows."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import BinaryIO

from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.render.audit_csv import COLUMNS
from bedrock_doctor.render.audit_rows import access_rows
from bedrock_doctor.render.redact import Redactor

_LISTS = frozenset({
    "regions", "actions", "blocked_regions", "blocked_by", "owners", "depends_on", "chain",
})  # fmt: skip
_GROUP = 50_000
"""Rows that are held at once, and written as one row group."""


def write_audit_parquet(
    audit: Audit, redactor: Redactor, sink: BinaryIO, accounts: Collection[str] = ()
) -> None:
    """Writes the file, some rows at a time.

    Args:
        audit: the audit.
        redactor: hides what must not be shown.
        sink: where it goes.
        accounts: only principals of these; empty: everybody.

    Raises:
        UsageError: the library for it is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "parquet needs pyarrow", help="pip install 'bedrock-doctor[lake]'"
        ) from None
    types = {"routes": pa.int64()} | dict.fromkeys(_LISTS, pa.list_(pa.string()))
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    rows = access_rows(audit, Standings(audit), redactor, accounts)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while True:
            group = list(islice(rows, _GROUP))
            columns = [[getattr(row, name) for row in group] for name in COLUMNS]
            if group:
                writer.write_table(pa.Table.from_arrays(
                    [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)],
                    schema=schema,
                ))  # fmt: skip
            if len(group) < _GROUP:
                break
