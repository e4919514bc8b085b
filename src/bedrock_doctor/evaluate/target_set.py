"""Sets of targets as the bits of an integer: bit n stands for the n-th target."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

_FEW = 32
"""So many shifts cost less than one number that is read digit by digit."""


def set_of(members: Iterable[int], size: int) -> int:
    """The set of some positions below `size`."""
    members = tuple(members)
    if len(members) < _FEW:
        return united(1 << position for position in members)
    digits = bytearray(b"0") * size
    for position in members:
        digits[-1 - position] = 49
    return int(digits or b"0", 2)


def positions(bits: int) -> Iterator[int]:
    """The members of a set, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def first(bits: int) -> int:
    """The first member of a set that has one."""
    return (bits & -bits).bit_length() - 1


def divided(size: int, key: Callable[[int], Hashable]) -> tuple[int, ...]:
    """All positions below `size`, in sets of those with the same key."""
    found: dict[Hashable, list[int]] = {}
    for position in range(size):
        found.setdefault(key(position), []).append(position)
    return tuple(set_of(members, size) for members in found.values())


def united(sets: Iterable[int]) -> int:
    """The members of any of the sets."""
    result = 0
    for bits in sets:
        result |= bits
    return result
