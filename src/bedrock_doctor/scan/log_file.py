"""The bytes of a log file: plain or gzip, bounded in size, as far as they can be read.

The extra `lake` brings a faster reader of gzip.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

inflater: Any
_DAMAGE: tuple[Any, ...]
try:
    from isal import isal_zlib as inflater

    _DAMAGE = (zlib.error, inflater.error)
except ImportError:
    inflater, _DAMAGE = zlib, (zlib.error,)

_GZIP = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_GZIP_WINDOW = 31
_MOST_TIMES = 1032
"""No deflated text holds more than so many times its bytes: https://zlib.net/zlib_tech.html."""
MOST_BYTES = 1 << 30
"""A file of more bytes than these is read up to here."""


def log_bytes(path: Path) -> tuple[bytes, str]:
    """A file's text, and why it is not whole (empty where it is).

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    return unpacked(data)


def unpacked(data: bytes) -> tuple[bytes, str]:
    """The text in some bytes, unpacked where they are gzip, and why it is not whole."""
    if not data.startswith(_GZIP):
        return data[:MOST_BYTES], _too_big() if len(data) > MOST_BYTES else ""
    text = _only_member(data)
    if text is not None:
        return text, ""
    pieces: list[bytes] = []
    room = MOST_BYTES
    rest: bytes = data
    while rest.startswith(_GZIP):
        member = inflater.decompressobj(_GZIP_WINDOW)
        try:
            pieces.append(member.decompress(rest, room))
        except _DAMAGE as error:
            return b"".join(pieces), f"is damaged: {error}"
        room -= len(pieces[-1])
        if room <= 0:
            return b"".join(pieces), _too_big()
        if not member.eof:
            return b"".join(pieces), "ends within its gzip data"
        rest = member.unused_data
    return b"".join(pieces), ""


def _only_member(data: bytes) -> bytes | None:
    """The text where it surely fits and is all that there is: written at once, in its full size.

    The last eight bytes tell CRC and size: https://www.rfc-editor.org/rfc/rfc1952.
    """
    if len(data) * _MOST_TIMES > MOST_BYTES or data.find(_MEMBER, 1) >= 0:
        return None
    crc, size = int.from_bytes(data[-8:-4], "little"), int.from_bytes(data[-4:], "little")
    if size > len(data) * _MOST_TIMES:
        return None
    try:
        text: bytes = inflater.decompress(data, _GZIP_WINDOW, size + 1)
    except _DAMAGE:
        return None
    return text if len(text) == size and inflater.crc32(text) == crc else None


def _too_big() -> str:
    return f"holds more than {MOST_BYTES >> 20} MiB; the rest is not read"
