"""The JSON reader: the same values as the standard one, every value where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.model.json_spans import MAX_DEPTH, JsonDefect, Node, read_json

_TEXT = st.text(st.characters(exclude_categories=("Cs",)))
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


def value_of(node: Node) -> Any:
    """The plain value of a node."""
    if node.kind == "object":
        return {member.name: value_of(member.value) for member in node.members}
    if node.kind == "array":
        return [value_of(item) for item in node.items]
    return json.loads(str(node.scalar)) if node.kind == "number" else node.scalar


@given(_VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_values_are_those_of_the_standard_reader(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    """RFC 8259."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert value_of(read_json(text)) == json.loads(text)


@given(_VALUES, st.sampled_from([None, 2]))
def test_every_span_holds_the_text_of_its_value(value: Any, indent: int | None) -> None:
    """Our choice: positions can be trusted for underlining."""
    text = json.dumps(value, indent=indent)
    for node in read_json(text).walk():
        assert json.loads(text[node.span.start : node.span.end]) == value_of(node)
        for member in node.members:
            span = member.name_span
            assert json.loads(text[span.start : span.end]) == member.name


@given(_VALUES)
def test_every_pointer_finds_its_value(value: Any) -> None:
    """RFC 6901."""
    root = read_json(json.dumps(value))
    for node in root.walk():
        assert root.at(node.pointer) is node


@given(
    st.text()
    | _VALUES.map(json.dumps).flatmap(lambda t: st.integers(0, len(t)).map(lambda n: t[:n]))
)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    """Our choice: nothing but JsonDefect is raised, and its place is inside the text."""
    try:
        read_json(text)
    except JsonDefect as defect:
        assert 0 <= defect.offset <= len(text)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ('{"a": 1,}', "there is a comma before `}`", 7),
        ("[1, 2,]", "there is a comma before `]`", 5),
        ("{'a': 1}", "single quotes are no JSON; use double quotes", 1),
        ('{"a": NaN}', "found `NaN`; expected a value", 6),
        ('{"a": 1, "a": 2}', "the name `a` stands twice in one object", 9),
        ("\ufeff{}", "the document starts with a byte order mark", 0),
        ('{"a": "b', "the text ends inside a string", 6),
        ('{"a": "b\n"}', "a string is not closed on its line", 6),
        ('["\\q"]', "a string holds an unknown escape", 2),
        ('["\t"]', "a string holds the raw control character U+0009", 2),
        ('["\\ud800"]', "a \\u escape is half of a surrogate pair", 1),
        ("[1 2]", "found `2`; expected `,` or `]`", 3),
        ('{"a" 1}', "found `1`; expected `:` behind the name", 5),
        ("{1: 2}", "found `1`; expected a name in double quotes", 1),
        ("{} x", "there is text behind the document", 3),
        ("01", "found `1`; this is no number", 1),
        ("", "the text ends here; expected a value", 0),
    ],
)
def test_defects_are_named_with_their_place(text: str, message: str, offset: int) -> None:
    """RFC 8259; the words are our choice."""
    with pytest.raises(JsonDefect) as caught:
        read_json(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


def test_nesting_is_bounded() -> None:
    """Our choice: depth is limited by a rule, not by the stack."""
    read_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(JsonDefect, match="nested deeper"):
        read_json("[" * 100_000)
