"""The bytes of a log file: plain or gzip, bounded in size, as far as they can be read.

The extra `lake` brings a faster reader of gzip.
"""

from __future__ import annotations

import os
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
        # a buffer of the right size: one for the most bytes takes longer to make than to fill
        told = min(os.fstat(stream.fileno()).st_size, MOST_BYTES)
        data = stream.read(told + 1)
        if len(data) > told:
            data += stream.read(MOST_BYTES + 1 - len(data))
    return unpacked(data)


def unpacked(data: bytes) -> tuple[bytes, str]:
    """The text in some bytes, unpacked where they are gzip, and why it is not whole."""
    if not data.startswith(_GZIP):
        return data[:MOST_BYTES], _too_big() if len(data) > MOST_BYTES else ""
    pieces: list[bytes] = []
    room = MOST_BYTES
    rest: bytes = data
    while rest.startswith(_GZIP):
        member = inflater.decompressobj(_GZIP_WINDOW)
        try:
            text = member.decompress(rest, min(room, _told_size(rest) + 1))
            if len(text) < room and not member.eof:
                text += member.decompress(member.unconsumed_tail, room - len(text))
        except _DAMAGE as error:
            return b"".join(pieces), f"is damaged: {error}"
        pieces.append(text)
        room -= len(text)
        if room <= 0:
            return b"".join(pieces), _too_big()
        if not member.eof:
            return b"".join(pieces), "ends within its gzip data"
        rest = member.unused_data
    return b"".join(pieces), ""


def _told_size(data: bytes) -> int:
    """The size that the last four bytes tell: that of the text, where there is one member.

    A buffer of the right size is filled twice as fast: https://www.rfc-editor.org/rfc/rfc1952.
    """
    return min(int.from_bytes(data[-4:], "little"), len(data) * _MOST_TIMES)


def _too_big() -> str:
    return f"holds more than {MOST_BYTES >> 20} MiB; the rest is not read"
