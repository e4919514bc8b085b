"""A time line: denied calls by hour, or by day where the time is long, as bars of one drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MOST_HOURS = 24 * 7
_MOST_BARS = 1_000


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of one hour, day or span of days.

    Attributes:
        x: left edge in the drawing.
        height: share of the highest bar, 0 to 1.
        count: calls.
        label: when.
    """

    x: float
    height: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Bars over a common axis.

    Attributes:
        start: label of the axis' left end.
        end: of its right end.
        unit: what a bar stands for, in words.
        width: of one bar, in units of a drawing that is 1,000 wide.
        bars: only those with calls.
        most: calls of the highest bar.
    """

    start: str
    end: str
    unit: str
    width: float
    bars: tuple[Bar, ...]
    most: int


def time_line(hours: Mapping[str, int], axis: Sequence[str]) -> TimeLine | None:
    """The drawing of some hours.

    Args:
        hours: ``2026-11-20T10`` to calls.
        axis: the hours that the axis spans; the same for all drawings of a page.

    Returns:
        None where no call has a usable time.
    """
    moments = [_moment(hour) for hour in axis]
    known = [moment for moment in moments if moment is not None]
    if not known:
        return None
    first, last = min(known), max(known)
    step, unit = _step(first, last)
    if step >= timedelta(days=1):
        first = first.replace(hour=0)
    slots = (last - first) // step + 1
    counts: dict[int, int] = {}
    for hour, count in hours.items():
        moment = _moment(hour)
        if moment is not None:
            slot = (moment - first) // step
            counts[slot] = counts.get(slot, 0) + count
    most = max(counts.values(), default=1)
    width = 1_000 / slots
    bars = tuple(
        Bar(round(slot * width, 2), count / most, count, _label(first + slot * step, step))
        for slot, count in sorted(counts.items())
    )
    return TimeLine(_label(first, step), _label(last, step), unit, round(width, 2), bars, most)


def _step(first: datetime, last: datetime) -> tuple[timedelta, str]:
    hours = (last - first) // timedelta(hours=1) + 1
    if hours <= _MOST_HOURS:
        return timedelta(hours=1), "hour"
    days = -(-hours // (24 * _MOST_BARS))
    return timedelta(days=days), "day" if days == 1 else f"{days} days"


def _moment(hour: str) -> datetime | None:
    try:
        return datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=UTC)
    except ValueError:
        return None


def _label(moment: datetime, step: timedelta) -> str:
    return moment.strftime("%Y-%m-%d %H:00" if step < timedelta(days=1) else "%Y-%m-%d")
