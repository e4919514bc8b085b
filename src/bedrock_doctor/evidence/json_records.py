"""JSON documents inside pasted text: whole files, lines of logs, bodies in the middle of prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MAX_DOCUMENTS = 2_000
_MAX_FAILURES = 2_000
_MAX_DEPTH = 40
_START = re.compile(r"\{\s*\\*\"|\[\s*\{\s*\\*\"")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON document of a text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last.
        value: what it holds.
    """

    start: int
    end: int
    value: Any


def find_records(text: str) -> tuple[Record, ...]:
    """The outermost JSON objects and arrays of objects in a text, in order.

    Documents that were escaped as a whole, once or twice, are found too. Broken ones are skipped.
    """
    stripped = text.strip().lstrip("\ufeff")
    if stripped[:1] in ("{", "["):
        whole = _decoded(stripped)
        if whole is not None:
            return (Record(0, len(text), whole),)
    found: list[Record] = []
    at = failures = 0
    while (
        len(found) < _MAX_DOCUMENTS
        and failures < _MAX_FAILURES
        and (match := _START.search(text, at))
    ):
        record = _read_at(text, match.start())
        if record is None:
            failures += 1
            at = match.start() + 1
            continue
        found.append(record)
        at = record.end
    return tuple(found)


def _read_at(text: str, start: int) -> Record | None:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _read_escaped(text, start)
    return Record(start, end, value)


def _read_escaped(text: str, start: int) -> Record | None:
    """A document inside a JSON string: ``{\\"eventVersion\\": …}``."""
    head = text[start : start + 40]
    if '\\"' not in head:
        return None
    opening = '\\\\\\"' if '\\\\\\"' in head else '\\"'
    end = text.find('"', start)
    while end != -1 and text[end - 1] == "\\":
        end = text.find('"', end + 1)
    body = text[start : end if end != -1 else len(text)]
    for _ in range(2 if len(opening) > 2 else 1):
        try:
            body = json.loads(f'"{body}"')
        except ValueError:
            return None
    try:
        return Record(start, end if end != -1 else len(text), json.loads(body))
    except (ValueError, RecursionError):
        return None


def objects_in(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """All objects of a JSON value, outer ones first, also those inside strings of JSON."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects_in(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from objects_in(item, depth + 1)
    elif isinstance(value, str) and value[:1] in "{[" and '"' in value[:200]:
        yield from objects_in(_decoded(value), depth + 1)


def _decoded(text: str) -> Any:
    """One JSON document, or None. msgspec is loaded only for texts that look like one."""
    import msgspec

    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
