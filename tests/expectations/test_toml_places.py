"""Places of TOML keys, held against tomllib: https://toml.io/en/v1.0.0"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.errors import BadInput
from bedrock_doctor.expectations.toml_file import read_toml
from bedrock_doctor.expectations.toml_places import Path, toml_places
from bedrock_doctor.model.source import Position

EVERYTHING = (FilePath(__file__).parent / "everything.toml").read_text(encoding="utf-8")


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of everything in a decoded document."""
    if path:
        yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from paths(inner, (*path, key))


def test_every_value_of_a_document_has_a_place() -> None:
    """A document with all forms of keys, strings, lists and tables."""
    assert set(toml_places(EVERYTHING)) == set(paths(tomllib.loads(EVERYTHING)))


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 2, 1),
        (("numbers", 2), 5, 3),
        (("inline", "b", "c", 1, "e"), 10, 42),
        (("defaults", "context", "aws:PrincipalOrgID"), 15, 1),
        (("expect", 0), 16, 1),
        (("expect", 1, "role"), 21, 3),
        (("expect", 1, "part", 1, "y"), 25, 1),
    ],
)
def test_places_count_lines_and_characters_from_one(path: Path, line: int, column: int) -> None:
    """Counted by hand in the document above."""
    assert toml_places(EVERYTHING)[path] == Position(line, column)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
SCALARS = st.one_of(
    TEXTS.map(lambda t: json.dumps(t, ensure_ascii=False)),
    TEXTS.filter(lambda t: "'" not in t).map(lambda t: f"'{t}'"),
    TEXTS.filter(lambda t: "'" not in t).map(lambda t: f"'''\n{t}\n'''"),
    TEXTS.map(lambda t: '"""\n' + json.dumps(t, ensure_ascii=False)[1:-1] + '\n"""'),
    st.sampled_from(
        ["1", "-0.5", "true", "inf", "2026-11-26", "07:32:00", "0x_f".replace("_", "")]
    ),
)
KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True),
    TEXTS.map(lambda t: json.dumps(t, ensure_ascii=False)),
)
GAPS = st.sampled_from(["", " ", "\n", " # [x]=1\n", "\n\t"])


def listed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Lists with comments and line ends between the elements."""
    element = st.tuples(GAPS, inner, GAPS).map("".join)
    return st.lists(element, max_size=3).map(lambda parts: f"[{','.join(parts)}]")


def in_table(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Inline tables."""
    pair = st.tuples(KEYS, inner)
    unique = st.lists(pair, max_size=3, unique_by=lambda p: tomllib.loads(f"{p[0]}=1").popitem())
    return unique.map(lambda pairs: "{" + ", ".join(f"{k} = {v}" for k, v in pairs) + "}")


VALUES = st.recursive(SCALARS, lambda inner: listed(inner) | in_table(inner), max_leaves=6)
TABLES = st.tuples(
    st.sampled_from(["", "[[rows]]", "[[rows]]\n[rows.inner]", "[[rows.deep]]"]),
    st.lists(st.tuples(KEYS, VALUES), max_size=3),
)


@given(st.lists(TABLES, max_size=4))
def test_places_agree_with_tomllib(tables: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Generated documents: the scanner finds what the decoder finds, no more and no less."""
    text = "\n".join(
        "\n".join([header, *(f"{key} = {value}" for key, value in pairs)])
        for header, pairs in tables
    )
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = toml_places(text)
    assert set(found) == set(paths(tree))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a = \n", ":1:5: "),
        (b"a = 1\nb = [1,\n", ":3:1: "),
        (b"a = 1\n\xff = 2\n", ":2:1: "),
        (b"a = 1\na = 2\n", ":2:6: "),
    ],
)
def test_what_is_no_toml_is_an_error_with_its_place(data: bytes, place: str) -> None:
    """A value that is missing, an end too early, no UTF-8, a key twice."""
    with pytest.raises(BadInput) as failure:
        read_toml(data, "x.toml")
    assert f"{failure.value.place}: ".startswith(f"x.toml{place}")
