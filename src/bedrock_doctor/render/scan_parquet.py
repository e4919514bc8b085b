"""A scan of a trail as Parquet: one row a group, for DuckDB, Athena and Spark."""

from __future__ import annotations

import io

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.trail import TrailScan
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.scan_json import group_tree


def scan_parquet(scan: TrailScan, redactor: Redactor) -> bytes:
    """The groups as a Parquet file.

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
    text = pa.string()
    schema = pa.schema([
        ("service", text), ("operation", text), ("error_code", text), ("region", text),
        ("account", text), ("principal", text), ("target", text), ("endpoint", text),
        ("message", text), ("count", pa.int64()), ("first", text), ("last", text),
        ("hours", pa.map_(text, pa.int64())), ("callers", pa.list_(text)), ("cause", text),
        ("cause_slug", text), ("layer", text), ("certain", pa.bool_()),
        ("diagnosis", pa.struct([
            ("verdict", text), ("findings", pa.list_(text)), ("why_not", text),
        ])),
    ])  # fmt: skip
    rows = []
    for group in scan.groups:
        row = group_tree(group, redactor)
        row["hours"] = list(row["hours"].items())
        rows.append(row)
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema), sink)
    return sink.getvalue()
