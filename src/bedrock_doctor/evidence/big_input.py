"""Big inputs: windows of lines around possible denials, in bounded memory.

A first pass looks for a few literals with the speed of the C library; only the lines around a hit
are decoded and read.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

from bedrock_doctor.evidence.text_decoding import decode_text, guessed_encoding

SMALL_INPUT = 512 * 1024
"""Inputs up to this many bytes are read as one piece."""
WHOLE_DOCUMENT = 48 * 1024 * 1024
"""JSON files up to this many bytes are parsed as one document."""

# Every text of the catalogue contains one of these as SDKs log it, with its error code.
ANCHORS = (
    b"ot authorized",
    b"AccessDenied",
    b"xception",
    b"access_denied",
    b"permission_error",
    b"redential",
    b"ecurity token",
    b"API Key",
    b"earer ",
    b"endpoint URL",
    b"xpired",
    b"is denied",
    b"not allowed",
    b"Too many",
    b"n error occurred (",
    b"api error ",
    b"onfig profile",
    b"specify a region",
    b"not_found_error",
    b"not support the '/",
)
_CHUNK = 4 * 1024 * 1024
_CARRY = 64 * 1024
_LINES_BEFORE = 3
_LINES_AFTER = 3
_REACH = 6_000


def windows(stream: BinaryIO, head: bytes = b"") -> Iterator[str]:
    """Texts around possible denials of a byte stream, each at most a few kilobytes.

    Args:
        stream: what is read, in pieces.
        head: bytes of the same input that were read already.
    """
    narrow = _narrowing(head)
    carry = b""
    pending = head
    while True:
        chunk = pending or stream.read(_CHUNK)
        pending = b""
        if not chunk:
            break
        data = carry + narrow(chunk)
        cut = data.rfind(b"\n", max(0, len(data) - _CARRY)) + 1
        # A line longer than the carry is cut: a denial may then be read truncated, never wrongly.
        cut = cut or max(0, len(data) - _CARRY)
        yield from _windows_of(data[:cut])
        carry = data[cut:]
    yield from _windows_of(carry)


def _narrowing(head: bytes) -> Callable[[bytes], bytes]:
    """Turns chunks of UTF-16 into UTF-8; a chunk may end inside a character."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = guessed_encoding(head[:400])
    if encoding == "utf-8":
        return lambda chunk: chunk
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return lambda chunk: decoder.decode(chunk).encode("utf-8", "replace")


def _windows_of(data: bytes) -> Iterator[str]:
    hits = sorted(_hits(data))
    start = end = -1
    for hit in hits:
        if hit < end:
            continue
        begin, stop = _line_window(data, hit)
        if start >= 0 and begin <= end and stop - start <= 4 * _REACH:
            end = max(end, stop)
            continue
        if start >= 0:
            yield decode_text(data[start:end])
        start, end = max(begin, end), stop
    if start >= 0:
        yield decode_text(data[start:end])


def _hits(data: bytes) -> Iterator[int]:
    for anchor in ANCHORS:
        at = data.find(anchor)
        while at != -1:
            yield at
            # One hit in a line is enough.
            line_end = data.find(b"\n", at)
            skip = at + 1 if line_end == -1 else min(line_end, at + _REACH)
            at = data.find(anchor, max(at + 1, skip))


def _line_window(data: bytes, hit: int) -> tuple[int, int]:
    begin = hit
    for _ in range(_LINES_BEFORE):
        before = data.rfind(b"\n", max(0, hit - _REACH), max(0, begin))
        if before == -1:
            begin = max(0, hit - _REACH)
            break
        begin = before
    stop = hit
    for _ in range(_LINES_AFTER):
        after = data.find(b"\n", stop + 1, hit + _REACH)
        if after == -1:
            stop = min(len(data), hit + _REACH)
            break
        stop = after
    return begin, stop
