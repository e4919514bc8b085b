"""The three answers of a matcher, as small integers because millions are computed."""

from __future__ import annotations

from collections.abc import Iterable

NO = 0
YES = 1
MAYBE = 2
"""It depends on a fact that is not known."""


def all_of(answers: Iterable[int]) -> int:
    """NO if any is NO, else MAYBE if any is MAYBE, else YES."""
    result = YES
    for answer in answers:
        if answer == NO:
            return NO
        if answer == MAYBE:
            result = MAYBE
    return result


def any_of(answers: Iterable[int]) -> int:
    """YES if any is YES, else MAYBE if any is MAYBE, else NO."""
    result = NO
    for answer in answers:
        if answer == YES:
            return YES
        if answer == MAYBE:
            result = MAYBE
    return result


def negate(answer: int) -> int:
    """YES and NO exchanged, MAYBE kept."""
    return answer if answer == MAYBE else 1 - answer


def agreed(answers: Iterable[int]) -> int:
    """The answer of all readings of one thing; MAYBE where they differ."""
    found = set(answers)
    return found.pop() if len(found) == 1 else MAYBE
