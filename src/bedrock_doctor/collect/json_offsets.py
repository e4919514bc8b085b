"""Where the values of a JSON text begin and end, in bytes.

msgspec decodes at C speed but tells no positions. The functions here recover them from the order
and the length of the raw values, level by level. Positions inside a policy are not their business:
`model.json_spans` knows those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

Range = tuple[int, int]
"""First byte of a value, and the byte behind its last."""

_KEY = re.compile(rb'[\s,]*"((?:[^"\\]|\\.)*)"\s*:\s*', re.DOTALL)
_GAP = re.compile(rb"[\s,]*")
_SPACE = re.compile(rb"\s*")

_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


class DuplicateKey(Exception):
    """An object names a key twice, so that its values have no single place."""


def members(data: bytes, within: Range) -> dict[str, Range]:
    """The values of the object that stands at `within`, by key.

    Raises:
        msgspec.ValidationError: there is no object.
        msgspec.DecodeError: the text is no JSON.
        DuplicateKey: a key stands there twice.
    """
    start, end = within
    found = {}
    at = _skip(_SPACE, data, start) + 1
    for key, raw in _decode_members(memoryview(data)[start:end]).items():
        match = _KEY.match(data, at, end)
        if match is None:
            raise DuplicateKey
        at = match.end() + len(memoryview(raw))
        found[key] = (match.end(), at)
    if data[_skip(_SPACE, data, at) : end].strip() != b"}":
        raise DuplicateKey
    return found


def elements(data: bytes, within: Range) -> list[Range]:
    """The values of the list that stands at `within`, in order.

    Raises:
        msgspec.ValidationError: there is no list.
        msgspec.DecodeError: the text is no JSON.
    """
    start, end = within
    found = []
    at = _skip(_SPACE, data, start) + 1
    for raw in _decode_elements(memoryview(data)[start:end]):
        at = _skip(_GAP, data, at)
        found.append((at, at + len(memoryview(raw))))
        at = found[-1][1]
    return found


def locate(data: bytes, within: Range, pointer: Iterable[str | int]) -> Range:
    """The value that `pointer`, keys and list indexes, leads to from the value at `within`.

    Raises:
        LookupError: nothing stands there.
        DuplicateKey: a key on the way stands there twice.
        msgspec.DecodeError: the text is not what the pointer expects.
    """
    for step in pointer:
        within = (
            members(data, within)[step] if isinstance(step, str) else elements(data, within)[step]
        )
    return within


def _skip(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at
