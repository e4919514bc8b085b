"""Random choices read from the fuzzer's bytes, so that coverage steers the generators."""

from __future__ import annotations

from random import Random


class Drawn(Random):
    """A source of choices made of given bytes; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        """The next bytes as a number."""
        part = self._data[self._at : self._at + count]
        self._at += count
        return int.from_bytes(part, "big")

    def random(self) -> float:
        """A number from 0 to 1, of one byte."""
        return self.take(1) / 256

    def getrandbits(self, k: int) -> int:
        """A number of `k` bits, of as few bytes as hold them."""
        return self.take((k + 7) // 8) & ((1 << k) - 1)

    def rest(self) -> bytes:
        """What was not read."""
        return self._data[self._at :]
