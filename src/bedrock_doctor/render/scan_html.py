"""A scan of a trail as one self-contained HTML page with a time line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bedrock_doctor.model.trail import DenialGroup, TrailScan
from bedrock_doctor.render.numbers import counted
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.scan_text import by_cause
from bedrock_doctor.render.time_line import TimeLine, time_line


@dataclass(frozen=True, slots=True)
class Cause:
    """Groups with one cause.

    Attributes:
        title: the finding, in words.
        count: denied calls.
        line: when.
        groups: the groups, the most frequent first.
    """

    title: str
    count: int
    line: TimeLine | None
    groups: tuple[DenialGroup, ...]


def scan_html(scan: TrailScan, redactor: Redactor) -> str:
    """The page: no network, no script; everything foreign is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bedrock_doctor.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["foreign"] = lambda text: printable(redactor.text(str(text)))
    environment.filters["counted"] = counted
    axis = [hour for group in scan.groups for hour, _ in group.hours]
    causes = [_cause(groups, axis) for groups in by_cause(scan.groups)]
    return environment.get_template("scan.html.j2").render(
        scan=replace(scan, groups=()),
        group_count=len(scan.groups),
        causes=causes,
        line=time_line(_hours(scan.groups), axis),
        redaction=redactor.level.value,
    )


def _cause(groups: list[DenialGroup], axis: list[str]) -> Cause:
    first = groups[0]
    title = f"{first.cause} {first.cause_slug}" if first.cause else "no known cause"
    count = sum(group.count for group in groups)
    return Cause(title, count, time_line(_hours(groups), axis), tuple(groups))


def _hours(groups: Iterable[DenialGroup]) -> Counter[str]:
    hours: Counter[str] = Counter()
    for group in groups:
        hours.update(dict(group.hours))
    return hours
