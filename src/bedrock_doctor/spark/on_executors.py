"""What executors do with batches of rows: list places, sift files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bedrock_doctor.scan.batches import sift_batch
from bedrock_doctor.scan.log_file import unpacked
from bedrock_doctor.scan.log_files import SUFFIXES, Wanted
from bedrock_doctor.scan.sifting import Sifted, sift_text
from bedrock_doctor.scan.trail_source import (
    Access,
    Objects,
    bucket_and_prefix,
    is_bucket,
    sift_objects,
)
from bedrock_doctor.spark.listing import listing
from bedrock_doctor.spark.rows import record_batch, rows_of

_TOGETHER = 200
"""Files that are sifted together: what they share becomes one row."""
_LISTED_TOGETHER = 10_000


def list_places(batches: Iterable[Any], wanted: Wanted, access: Access) -> Iterator[Any]:
    """Batches of places to batches of `LISTED`."""
    import pyarrow as pa

    schema = pa.schema([("path", pa.string()), ("size", pa.int64()), ("why", pa.string())])
    for batch in batches:
        for place in batch.column("place").to_pylist():
            rows = listing(place, wanted, access)
            while some := list(islice(rows, _LISTED_TOGETHER)):
                columns = [pa.array(column) for column in zip(*some, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


def sift_paths(batches: Iterable[Any], wanted: Wanted, access: Access) -> Iterator[Any]:
    """Batches of paths to batches of `SIFTED`."""
    for batch in batches:
        paths = batch.column("path").to_pylist()
        for start in range(0, len(paths), _TOGETHER):
            for sifted in _sift(paths[start : start + _TOGETHER], wanted, access):
                yield record_batch(rows_of(sifted))


def _sift(paths: Sequence[str], wanted: Wanted, access: Access) -> Iterator[Sifted]:
    files = [Path(path) for path in paths if not is_bucket(path)]
    if files:
        yield sift_batch(files, wanted)
    buckets: dict[str, list[str]] = defaultdict(list)
    for path in filter(is_bucket, paths):
        bucket, key = bucket_and_prefix(path)
        buckets[bucket].append(key)
    for bucket, keys in buckets.items():
        yield sift_objects(keys, Objects(bucket, wanted, access))


def sift_contents(batches: Iterable[Any], wanted: Wanted) -> Iterator[Any]:
    """Batches of paths with contents to batches of `SIFTED`."""
    for batch in batches:
        sifted = Sifted(wanted)
        for path, content in zip(batch.column("path"), batch.column("content"), strict=True):
            name = path.as_py()
            if name.lower().endswith(SUFFIXES) and wanted.key(name):
                text, why = unpacked(content.as_py())
                sift_text(text, why, name, sifted)
        yield record_batch(rows_of(sifted))
