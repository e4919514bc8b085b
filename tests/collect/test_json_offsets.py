"""Places of JSON values in bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.collect.json_offsets import DuplicateKey, elements, locate, members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=20,
)


def every_pointer(
    value: Any, here: tuple[str | int, ...] = ()
) -> list[tuple[tuple[Any, ...], Any]]:
    """All pointers into a value with what they lead to."""
    found = [(here, value)]
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in children:
        found += every_pointer(inner, (*here, key))
    return found


@given(VALUES, st.sampled_from([None, 0, 3]), st.booleans())
def test_every_value_is_found_where_it_stands(value: Any, indent: int | None, plain: bool) -> None:
    """Our choice: places are exact whatever the formatting and whatever the keys hold."""
    data = json.dumps(value, indent=indent, ensure_ascii=plain).encode()
    for pointer, expected in every_pointer(value):
        start, end = locate(data, (0, len(data)), pointer)
        assert json.loads(data[start:end]) == expected


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "b": 2, "a": 3}', '{"a": 1, "a": 22}', '{"a": {"x": 1}, "a": 2}'],
)
def test_an_object_with_a_key_twice_has_no_places(text: str) -> None:
    """Our choice: AWS never writes a key twice, so no value is picked."""
    with pytest.raises(DuplicateKey):
        members(text.encode(), (0, len(text)))


def test_places_are_those_of_the_whole_file() -> None:
    """Our choice: offsets count from the beginning of the file, not of the part."""
    data = b'[1, {"a": [true]}]'
    assert elements(data, (0, len(data))) == [(1, 2), (4, 17)]
    assert locate(data, (4, 17), ("a", 0)) == (11, 15)
