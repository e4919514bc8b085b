"""What is remembered, and what it may weigh."""

from __future__ import annotations

from bedrock_doctor.model.remembered import BESIDE_TEXTS, LARGEST, Remembered, of_short_texts


def test_the_oldest_results_make_room() -> None:
    """Our choice: first in, first out, by weight; a result is made once while it is held."""
    made: list[str] = []

    def make(text: str, times: int = 1) -> str:
        made.append(text)
        return text * times

    known = Remembered(make, lambda text, times=1: len(text), most=10 + 3 * BESIDE_TEXTS)
    found = [known(text) for text in ("aaaa", "bbbb", "aaaa", "cc")]
    assert found == ["aaaa", "bbbb", "aaaa", "cc"]
    assert (made, known.weight, len(known)) == (["aaaa", "bbbb", "cc"], known.most, 3)
    assert known("aaaa", times=2) == "aaaaaaaa"
    assert (known.weight, len(known)) == (known.most, 3)
    known("aaaa")
    assert made == ["aaaa", "bbbb", "cc", "aaaa", "aaaa"]
    known.cache_clear()
    assert (known.weight, len(known)) == (0, 0)


def test_results_without_texts_make_room_too() -> None:
    """Our choice: what weighs nothing takes room all the same, and its number is bounded."""
    known = Remembered(str, lambda number: 0, most=10 * BESIDE_TEXTS)
    assert [known(number) for number in range(100)] == [str(number) for number in range(100)]
    assert len(known) == 10


def test_what_is_too_large_is_made_each_time() -> None:
    """Our choice: no policy of AWS has so many characters."""
    known = Remembered(len, len, most=10 * LARGEST)
    assert [known("x" * (LARGEST + 1)), known("x" * LARGEST)] == [LARGEST + 1, LARGEST]
    assert (known.weight, len(known)) == (LARGEST + BESIDE_TEXTS, 1)


def test_results_of_short_texts_are_one_object() -> None:
    """Our choice: long texts are not kept."""
    known = of_short_texts(lambda text: [text], longest=2, most=2)
    assert known("ab") is known("ab")
    assert known("abc") is not known("abc")
    first = known("ab")
    known("c")
    known("d")
    assert known("ab") is not first
