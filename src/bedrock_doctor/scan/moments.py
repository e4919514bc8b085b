"""Times as people give them: a day, a moment, an age."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bedrock_doctor.errors import UsageError

_AGES = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, option: str, now: datetime) -> str:
    """A time as the events write it: ``2026-11-20T10:00:00Z``, or empty where none is given.

    Args:
        text: a day, a moment (UTC where it does not tell), or an age such as ``7d``.
        option: what it was given as, for the message.
        now: what ages count back from.

    Raises:
        UsageError: it is no time.
    """
    if not text:
        return ""
    age = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if age:
        try:
            found = now - timedelta(**{_AGES[age[2]]: int(age[1])})
        except OverflowError:
            raise UsageError(f"{option} `{text}` lies before all events") from None
        return found.strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} `{text}` is no time", help=f"expected {option} 2026-11-20 or {option} 7d"
        ) from None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")
