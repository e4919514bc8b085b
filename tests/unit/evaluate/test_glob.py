"""Patterns against regular expressions, which are another way to say the same."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.evaluate.glob import compile_glob


def matches(pattern: str, text: str) -> bool:
    """What a regular expression says."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_a_pattern_matches_as_its_regular_expression(pattern: str, text: str) -> None:
    """B1, B2: `*` is any run of characters, `?` exactly one."""
    assert compile_glob(pattern)(text) is matches(pattern, text)


def test_pieces_of_every_length_match_as_their_regular_expressions() -> None:
    """B1, B2: pieces with few and with many `?`, found at once, late, or nowhere."""
    chance = Random("pieces")
    met = set()
    for _ in range(800):
        signs = chance.choice(("ab*?", "ab?", "aab*", "a*?", "ab" + "?" * 6 + "**"))
        pattern = "".join(chance.choices(signs, k=chance.randrange(24)))
        text = "".join(chance.choices("aab", k=chance.randrange(30)))
        for one in (text, pattern.replace("*", "ab").replace("?", "b"), pattern.replace("*", "")):
            assert compile_glob(pattern)(one) is matches(pattern, one), (pattern, one)
            met.add(matches(pattern, one))
    assert met == {True, False}


def test_long_pieces_match_as_their_regular_expressions() -> None:
    """B2: letters and many `?` in one piece, met at once, late, or but for one character."""
    chance = Random("long pieces")
    met = []
    for _ in range(500):
        piece = "".join(chance.choices("aab???", k=chance.randrange(16, 40)))
        pattern = chance.choice(("*{}*", "*{}", "{}*", "a*{}*b*{}*")).replace("{}", piece)
        text = "".join(chance.choice("ab") if sign == "?" else sign for sign in piece)
        text = "".join(chance.choices("aab", k=chance.randrange(30))) + text + text
        at = chance.randrange(len(text))
        for one in (text, text[:at] + "c" + text[at + 1 :], text[:-1], text + "b"):
            met.append(matches(pattern, one))
            assert compile_glob(pattern)(one) is met[-1], (pattern, one)
    assert {True, False} == set(met)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("ab*ab*ab", "abab", False),
        ("a?*?b", "acb", False),
        ("a?*?b", "acdb", True),
        ("*a", "", False),
        ("**", "", True),
        ("a*b", "a\nb", True),
        ("a?b", "a\nb", True),
        ("a.c", "abc", False),
        ("?", "", False),
        ("a?*b", "ccb", False),
        ("a*b?", "aab", False),
        ("a?*cd*e", "abcde", True),
        ("a?*cd*e", "abdce", False),
        ("a?*cd*cd*e", "abcde", False),
        ("*aa?b*", "aaaxb", True),
        ("*aa?b*", "aaxaaxb", True),
        ("*aa?b*", "aaxaaxa", False),
    ],
)
def test_no_character_is_matched_twice(pattern: str, text: str, expected: bool) -> None:
    """B2: beginning and end of a pattern do not overlap in the text."""
    assert compile_glob(pattern)(text) is expected


def test_a_long_piece_is_found_at_its_place_in_every_text() -> None:
    """B2: nine letters with a `?` between each two, looked for again and again."""
    match = compile_glob("*" + "?".join("abcdefghi") + "*")
    whole = "-".join("abcdefghi")
    answers = [match(text) for text in (whole, f"a-b-{whole}--", whole[:-1] + "-", f"-{whole}")]
    assert answers == [True, True, False, True]


def test_a_long_piece_may_end_with_any_character() -> None:
    """B2: the last `?` of eighteen characters takes one that must be there."""
    match = compile_glob("*" + "?".join("abcdefghi") + "?*")
    whole = "-".join("abcdefghi")
    assert [match(text) for text in (whole, whole + "-", "-" + whole + "-")] == [False, True, True]


def test_what_follows_a_long_piece_may_follow_at_once() -> None:
    """B2: behind the piece the search goes on with the next character."""
    match = compile_glob("*" + "?".join("abcdefghi") + "*x*")
    whole = "-".join("abcdefghi")
    assert [match(text) for text in (whole + "x", whole + "-x", whole)] == [True, True, False]


def test_a_long_piece_may_end_with_more_characters_than_it_names() -> None:
    """B2: seventeen characters, and twenty that may be any."""
    match = compile_glob("*" + "?".join("abcdefghi") + "?" * 20 + "*")
    whole = "-".join("abcdefghi")
    assert [match(whole + "-" * count) for count in (19, 20, 21)] == [False, True, True]
