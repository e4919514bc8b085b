"""Sets of targets as the bits of an integer, few members and many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.evaluate.target_set import divided, first, positions, set_of, united

SIZE = 150
MEMBERS = st.sets(st.integers(min_value=0, max_value=SIZE - 1))


def test_a_set_holds_its_members() -> None:
    """Our choice: bit n stands for the n-th target, however the number was made."""
    for members in ((), (0,), (1, 3), range(40), range(0, SIZE, 3), (*range(1, 60), SIZE - 1)):
        bits = set_of(members, SIZE)
        assert bits == sum(1 << position for position in members)
        assert tuple(positions(bits)) == tuple(members)
        assert bits.bit_count() == len(members)
        if members:
            assert first(bits) == members[0]


@given(MEMBERS, MEMBERS)
def test_sets_are_united(one: set[int], other: set[int]) -> None:
    """Our choice: what is in either is in both together."""
    both = united((set_of(one, SIZE), set_of(other, SIZE)))
    assert set(positions(both)) == one | other


def test_positions_are_divided_by_their_key() -> None:
    """Our choice: every position is in one set, in the order in which keys are met."""
    found = divided(100, lambda position: position % 3)
    assert [first(bits) for bits in found] == [0, 1, 2]
    assert [bits.bit_count() for bits in found] == [34, 33, 33]
    assert united(found) == (1 << 100) - 1
