"""Texts of files: encodings as shells write them, and positions in them."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.collect.file_text import FileText, Malformed, decode_file
from bedrock_doctor.model.source import Position

TEXT = '{"name": "é日😀"}\r\n'


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16 le mark", "utf-16 be mark", "utf-16 le", "utf-16 be"],
)
def test_every_encoding_of_a_shell_gives_the_same_text(raw: bytes) -> None:
    """Observed: Windows PowerShell 5.1 writes UTF-16 with a mark, other tools UTF-8 with one."""
    assert decode_file("x.json", raw).data == TEXT.encode()


@pytest.mark.parametrize(
    ("raw", "position", "encoding"),
    [
        (b'{"a": "\xff"}', Position(1, 8), "UTF-8"),
        (b'{"a":\n "\xc3', Position(2, 3), "UTF-8"),
        (codecs.BOM_UTF16_LE + b"{\x00}", Position(1, 2), "UTF-16"),
    ],
)
def test_bytes_that_are_no_text_are_reported_with_their_position(
    raw: bytes, position: Position, encoding: str
) -> None:
    """Our choice: no character is guessed or dropped."""
    with pytest.raises(Malformed) as caught:
        decode_file("x.json", raw)
    assert (caught.value.message, caught.value.position) == (
        f"the file is not {encoding} text",
        position,
    )


@given(
    st.text(st.sampled_from("ab\né日😀"), max_size=60),
    st.integers(min_value=0),
    st.integers(min_value=1, max_value=3000),
)
def test_positions_count_lines_and_characters(text: str, at: int, repeat: int) -> None:
    """Our choice: lines and columns count from 1, and columns count characters."""
    text = text * repeat
    at %= len(text) + 1
    expected = Position(text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)
    assert FileText("x", text.encode()).position(len(text[:at].encode())) == expected
