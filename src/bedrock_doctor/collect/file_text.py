"""The text of a snapshot file, whatever encoding the shell gave it, with line positions."""

from __future__ import annotations

import codecs
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from bedrock_doctor.model.source import Position

_BLOCK = 1 << 13
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))

_BYTE_ORDER_MARKS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Malformed(Exception):
    """A file that does not hold what its name promises.

    Attributes:
        message: what is wrong.
        position: where, or None where a position makes no sense.
        expected: what belongs there, or empty.
    """

    def __init__(self, message: str, position: Position | None = None, expected: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True, eq=False)
class FileText:
    """One file as UTF-8.

    Attributes:
        path: the file, relative to its snapshot.
        data: its text as UTF-8 without byte order mark.
    """

    path: str
    data: bytes
    _newlines: list[int] = field(default_factory=list, init=False, repr=False)
    _characters: list[int] = field(default_factory=list, init=False, repr=False)

    def position(self, offset: int) -> Position:
        """Line and column, in characters, of a byte offset.

        Newlines and characters are counted once by blocks, so that a position in a file of 100 MB
        costs no more than one in a small file, even when the file is a single line.
        """
        if not self._newlines:
            self._index()
        line = self._newlines_before(offset)
        start = self._line_start(line, offset)
        return Position(
            line + 1, self._characters_before(offset) - self._characters_before(start) + 1
        )

    def _index(self) -> None:
        self._newlines.append(0)
        self._characters.append(0)
        ascii_only = self.data.isascii()
        for start in range(0, len(self.data), _BLOCK):
            newlines = self.data.count(b"\n", start, start + _BLOCK)
            self._newlines.append(self._newlines[-1] + newlines)
            if not ascii_only:
                characters = _count_characters(self.data[start : start + _BLOCK])
                self._characters.append(self._characters[-1] + characters)

    def _newlines_before(self, offset: int) -> int:
        block = offset // _BLOCK
        return self._newlines[block] + self.data.count(b"\n", block * _BLOCK, offset)

    def _line_start(self, line: int, offset: int) -> int:
        """Offset of a line's first byte: behind the newline that ends the line before it."""
        if line == 0:
            return 0
        block = bisect_left(self._newlines, line) - 1
        end = min((block + 1) * _BLOCK, offset)
        return self.data.rfind(b"\n", block * _BLOCK, end) + 1

    def _characters_before(self, offset: int) -> int:
        if len(self._characters) == 1:
            return offset
        block = offset // _BLOCK
        return self._characters[block] + _count_characters(self.data[block * _BLOCK : offset])


def decode_file(path: str, raw: bytes) -> FileText:
    """Reads UTF-8 and UTF-16, with or without byte order mark (Windows PowerShell's ``>`` writes
    UTF-16).

    Raises:
        Malformed: the bytes are no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return FileText(path, _as_utf8(raw[len(mark) :], encoding))
    # JSON begins with an ASCII character: its zero byte betrays UTF-16 (RFC 4627, section 3).
    if raw[1:2] == b"\0":
        return FileText(path, _as_utf8(raw, "utf-16-le"))
    if raw[:1] == b"\0":
        return FileText(path, _as_utf8(raw, "utf-16-be"))
    return FileText(path, _as_utf8(raw, "utf-8"))


def _as_utf8(raw: bytes, encoding: str) -> bytes:
    if encoding == "utf-8" and raw.isascii():
        return raw
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as failure:
        before = raw[: failure.start].decode(encoding, "replace")
        position = Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        raise Malformed(
            f"the file is not {encoding.upper()[:6].rstrip('-')} text",
            position,
            "JSON in UTF-8 or UTF-16, as the AWS CLI and shells write it",
        ) from failure
    return raw if encoding == "utf-8" else text.encode()


def _count_characters(data: bytes) -> int:
    return len(data.translate(None, _CONTINUATION_BYTES))
