"""What a verdict waits for: the missing pieces, both outcomes, and what settles them."""

from __future__ import annotations

from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.model.finding import Unknown
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.layer_names import spoken
from bedrock_doctor.render.page import Page, Piece, Style


def add_missing(page: Page, report: Report) -> None:
    """Adds the decisive missing pieces and what follows from either content."""
    points = _decisive(report)
    page.line("  Every layer that could be read allows the call. Missing:")
    for point in points:
        page.wrap("    ", page.foreign(_words(report, point)), rest="      ")
    page.blank()
    causes = tuple(dict.fromkeys(point.if_denied for point in points if point.if_denied))
    cause = f", and the cause would be {' or '.join(causes)}" if causes else ""
    many = len(points) > 1
    passing = "if all of these let the call pass" if many else "if it lets the call pass"
    failing = "if one of them does not" if many else "if it does not"
    page.line(f"  {passing} -> ", Piece("allowed", Style.ALLOW))
    page.wrap(f"  {failing:<{len(passing)}} -> ", f"denied{cause}")


def add_settling(page: Page, report: Report) -> None:
    """Adds the ways to settle it, for each missing piece the cheapest first."""
    points = _decisive(report)
    ways = tuple(dict.fromkeys(way for point in points for way in point.settle))
    single = "any one of these settles it" if len(ways) > 1 else "this settles it"
    head = single if len(points) == 1 else f"what settles the {counted(len(points), 'point')}"
    page.line(Piece("help: ", Style.ALLOW), head)
    for number, way in enumerate(ways, 1):
        page.wrap(f"    {number}. ", page.foreign(way))


def _decisive(report: Report) -> list[Unknown]:
    return [point for point in report.unknowns if point.decisive]


def _words(report: Report, point: Unknown) -> str:
    hops = len(report.way.hops)
    hop = f"hop {point.hop_index}: " if hops > 1 else ""
    where = f", account {point.account}" if point.account else ""
    return f"{point.missing}  ({hop}{spoken(point.layer)}{where})"
