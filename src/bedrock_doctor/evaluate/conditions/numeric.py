"""Numeric and date operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
"""

from __future__ import annotations

import operator as compare
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bedrock_doctor.evaluate.conditions.comparison import Family, Test
from bedrock_doctor.evaluate.glob import Token
from bedrock_doctor.evaluate.tristate import MAYBE, NO
from bedrock_doctor.evaluate.variables import text_of
from bedrock_doctor.model.remembered import of_short_texts

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_EPOCH = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": compare.eq,
    "NotEquals": compare.eq,
    "LessThan": compare.lt,
    "LessThanEquals": compare.le,
    "GreaterThan": compare.gt,
    "GreaterThanEquals": compare.ge,
}


def _read_number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _read_date(text: str) -> Decimal | None:
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Decimal((moment - _START) // timedelta(microseconds=1)) / 1_000_000


read_number = of_short_texts(_read_number, longest=64, most=4096)
"""A number as conditions write it, or None."""
read_date = of_short_texts(_read_date, longest=64, most=4096)
"""Seconds since 1970 of an ISO 8601 date or an epoch time in seconds, or None.

A time without zone is UTC.
"""


def _family(prefix: str, read: Callable[[str], Decimal | None]) -> Family:
    def compile_test(operator: str, tokens: tuple[Token, ...]) -> Test:
        wanted = read(text_of(tokens))
        holds = _COMPARE[operator.removeprefix(prefix)]
        # what cannot be compared does not match; whether it differs is open (C12, C13)
        unreadable = MAYBE if operator.endswith("NotEquals") else NO
        if wanted is None:
            return lambda value: unreadable

        def test(value: str) -> int:
            given = read(value)
            return unreadable if given is None else int(holds(given, wanted))

        return test

    return Family(compile_test)


NUMERIC = _family("Numeric", read_number)
DATE = _family("Date", read_date)
