"""Bytes of any origin to text."""

from __future__ import annotations

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def decode_text(data: str | bytes) -> str:
    """Text of pasted or piped bytes.

    UTF-8 is assumed unless a byte order mark or the pattern of zero bytes tells UTF-16, which
    Windows PowerShell writes. Undecodable bytes become U+FFFD: nothing raises.
    """
    if isinstance(data, str):
        return data
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode(guessed_encoding(data[:400]), "replace")


def guessed_encoding(head: bytes) -> str:
    """The encoding that the first bytes of a text without byte order mark suggest."""
    if len(head) >= 8:
        if head[1::2].count(0) * 10 >= len(head[1::2]) * 9:
            return "utf-16-le"
        if head[0::2].count(0) * 10 >= len(head[0::2]) * 9:
            return "utf-16-be"
    return "utf-8"
