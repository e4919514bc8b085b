"""Results that are remembered for as long as the texts that they were made of are not too large."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

LARGEST = 1 << 16
"""Characters of the largest text that is remembered. No policy of AWS is longer: the longest quota,
that of key policies, is 32 KB, and most are shorter than 21 KB.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
BESIDE_TEXTS = 512
"""What a result weighs beside its texts, in characters: without texts it takes room as well."""


class Remembered(Generic[Parameters, Result]):
    """A function whose latest results are kept, as many as their weight allows.

    Several threads may call it; two that ask for the same at once may both make it.

    Attributes:
        most: the weight that may be held.
        weight: the weight that is held.
    """

    def __init__(
        self,
        make: Callable[Parameters, Result],
        weigh: Callable[Parameters, int],
        *,
        most: int,
    ) -> None:
        """Remembers what a function makes.

        Args:
            make: the function; its arguments are hashable, its results are never None.
            weigh: the characters of the texts among its arguments; a result weighs
                `BESIDE_TEXTS` more.
            most: the weight that may be held.
        """
        self._make = make
        self._weigh = weigh
        self._held: dict[object, tuple[Result, int]] = {}
        self._lock = Lock()
        self.most = most
        self.weight = 0

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        """The result for some arguments, made now or before."""
        key = args, tuple(kwargs.items())
        found = self._held.get(key)
        if found is not None:
            return found[0]
        result = self._make(*args, **kwargs)
        weight = self._weigh(*args, **kwargs)
        if weight <= LARGEST:
            self._hold(key, result, weight + BESIDE_TEXTS)
        return result

    def __len__(self) -> int:
        """How many results are held."""
        return len(self._held)

    def cache_clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._held.clear()
            self.weight = 0

    def _hold(self, key: object, result: Result, weight: int) -> None:
        with self._lock:
            if key in self._held:
                return
            self._held[key] = result, weight
            self.weight += weight
            while self.weight > self.most:
                _, freed = self._held.pop(next(iter(self._held)))
                self.weight -= freed


def of_short_texts(
    make: Callable[[str], Result], *, longest: int, most: int
) -> Callable[[str], Result]:
    """A function of one text whose latest results are kept where the text is short.

    Args:
        make: the function.
        longest: the characters of the longest text that is remembered.
        most: how many are remembered.
    """
    known = lru_cache(maxsize=most)(make)
    return lambda text: known(text) if len(text) <= longest else make(text)


shared = of_short_texts(str, longest=128, most=4096)
"""One object for all equal texts: it compares at once, and lies where it was needed last."""
lowered = of_short_texts(str.lower, longest=128, most=4096)
"""The same of a text in lower case."""
