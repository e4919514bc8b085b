"""What is kept of some events, as rows that Spark can group and join."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bedrock_doctor.model.denied_call import DeniedCall
from bedrock_doctor.scan.sifting import Sifted

SIFTED = (
    "kind string, call string, key binary, time string, access_key string, principal string, "
    "shared string, sample binary, place string, why string, events bigint, files bigint, "
    "deliveries bigint"
)
"""Rows of several kinds in one schema, since each file is to be read once."""
_NAMES = tuple(column.split()[0] for column in SIFTED.split(", "))

EVENT = "event"
"""A denied event: call, key, time."""
SAMPLE = "sample"
"""The earliest event of a group among those sifted together: call, time, key, sample."""
SIGNED = "signed"
"""An access key that signed denied calls: call, access_key."""
SESSION = "session"
"""An answer of AssumeRole: access_key, principal, shared."""
CALLER = "caller"
"""A call of AssumeRole in the caller's own trail: shared, principal."""
READ = "read"
"""Counts of what was sifted together: events, files, deliveries."""
UNREAD = "unread"
"""What could not be read whole: place, why, events."""


def rows_of(sifted: Sifted) -> Iterator[dict[str, Any]]:
    """The rows of what was sifted together."""
    yield {
        "kind": READ,
        "events": sifted.events,
        "files": sifted.files,
        "deliveries": sifted.deliveries,
    }
    for call, alike in sifted.denied.items():
        text = call_text(call)
        time, key = alike.sample_order
        sample = msgspec.json.encode(alike.sample)
        yield {"kind": SAMPLE, "call": text, "time": time, "key": key, "sample": sample}
        for key, time in alike.times.items():
            yield {"kind": EVENT, "call": text, "key": key, "time": time}
        for access_key in alike.keys:
            yield {"kind": SIGNED, "call": text, "access_key": access_key}
    for access_key, (principal, shared) in sifted.sessions.items():
        yield {
            "kind": SESSION, "access_key": access_key, "principal": principal, "shared": shared,
        }  # fmt: skip
    for shared, principal in sifted.callers.items():
        yield {"kind": CALLER, "shared": shared, "principal": principal}
    for unread in sifted.unread:
        yield {
            "kind": UNREAD, "place": unread.where, "why": unread.why, "events": unread.events,
        }  # fmt: skip


def record_batch(rows: Iterable[dict[str, Any]]) -> Any:
    """Rows as the Arrow batch that Spark takes for `SIFTED`."""
    import pyarrow as pa

    types = {"string": pa.string(), "binary": pa.binary(), "bigint": pa.int64()}
    schema = pa.schema(
        [(name, types[type_]) for name, type_ in (c.split() for c in SIFTED.split(", "))]
    )
    return pa.RecordBatch.from_pylist(
        [{name: row.get(name) for name in _NAMES} for row in rows], schema
    )


def call_text(call: DeniedCall) -> str:
    """A call as text that is equal for equal calls."""
    return msgspec.json.encode(call).decode()


def call_of(text: str) -> DeniedCall:
    """The call of a text."""
    return msgspec.json.decode(text, type=DeniedCall)
