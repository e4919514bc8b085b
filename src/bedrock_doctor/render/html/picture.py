"""The way of an attempt as a drawing: coordinates for the template of the SVG.

Stations stand in a row inside the boxes of their accounts; steps are arrows with a mark in the
middle; what the last station needs fans out behind it. A mark says its state by shape and word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.html.stations import Branch, Lane, Station, Step, lanes

STATION, GAP, PAD = 178, 172, 18
"""Widths in units of the drawing: of a station, between two, and around them in a box."""
TOP = 54
"""Height of the head of an account's box."""
FAN, BRANCH_HEIGHT = 86, 46
_LETTER, _FIXED = 6.9, 8.2
"""Generous widths of a letter beside a branch: of its words, and of its label."""
_LINE = 17
_BROKEN = re.compile(r"(?<=[-_./:@])|(?<=[a-z0-9])(?=[A-Z])")
STATE_WORDS = {"allow": "allowed", "deny": "BLOCKED", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with lines of text."""

    x: float
    y: float
    width: float
    height: float
    head: str
    lines: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step: a line from left to right with a mark in the middle."""

    x: float
    y: float
    end: float
    state: str
    action: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where the mark stands."""
        return (self.x + self.end) / 2


@dataclass(frozen=True, slots=True)
class Twig:
    """A branch: a curve to a row with a mark."""

    x: float
    y: float
    row_x: float
    row_y: float
    label: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One lane of the drawing."""

    y: float
    accounts: tuple[Box, ...]
    stations: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    twigs: tuple[Twig, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing, and what it shows in words."""

    width: float
    height: float
    rows: tuple[Row, ...]
    words: tuple[str, ...]


def picture(document: doc.ReportDocument) -> Picture:
    """The drawing of a report."""
    rows: list[Row] = []
    words: list[str] = []
    width = y = 0.0
    for lane in lanes(document):
        row, size, height = _row(lane, y, document.account_names)
        rows.append(row)
        words += _words(lane)
        width, y = max(width, size), y + height + 24
    return Picture(width, max(y - 24, 0), tuple(rows), tuple(words))


def broken(text: str, room: int) -> tuple[str, ...]:
    """A name in lines of at most `room` characters, broken at its joints where possible."""
    lines = [""]
    for part in _BROKEN.split(text):
        if lines[-1] and len(lines[-1]) + len(part) > room:
            lines.append("")
        while len(lines[-1]) + len(part) > room:
            cut = room - len(lines[-1])
            lines[-1] += part[:cut]
            part = part[cut:]
            lines.append("")
        lines[-1] += part
    return tuple(line for line in lines if line) or ("",)


def _row(lane: Lane, y: float, names: dict[str, str]) -> tuple[Row, float, float]:
    texts = [broken(station.name, 19) for station in lane.stations]
    marks = [_step_words(step) for step in lane.steps]
    tallest = max(len(lines) for lines in texts) * _LINE + 46
    below = max((len(lines) for lines in marks), default=0) * _LINE + 34
    above = max(len(broken(step.action, 18)) for step in lane.steps) * _LINE + 22
    inner = max(tallest, 2 * below, 2 * above, len(lane.branches) * BRANCH_HEIGHT)
    middle = y + TOP + inner / 2
    stations = tuple(
        _station(station, lines, position, middle)
        for position, (station, lines) in enumerate(zip(lane.stations, texts, strict=True))
    )
    arrows = tuple(
        Arrow(left.x + left.width, middle, right.x, step.state, broken(step.action, 18), words)
        for left, right, step, words in zip(stations, stations[1:], lane.steps, marks, strict=False)
    )
    accounts = tuple(_accounts(lane, stations, y, TOP + inner + PAD, names))
    end = stations[-1].x + STATION
    twigs = tuple(_twigs(lane.branches, end, middle))
    rooms = (max(len(t.label) * _FIXED, len(t.words) * _LETTER) for t in twigs)
    width = end + (FAN + 40 + max(rooms) if twigs else PAD + 2)
    return Row(y, accounts, stations, arrows, twigs), width, TOP + inner + PAD


def _station(station: Station, lines: tuple[str, ...], position: int, middle: float) -> Box:
    height = len(lines) * _LINE + 40
    x = PAD + position * (STATION + GAP)
    return Box(x, middle - height / 2, STATION, height, station.kind, lines, station.title)


def _accounts(
    lane: Lane, stations: tuple[Box, ...], y: float, height: float, names: dict[str, str]
) -> list[Box]:
    found = []
    pairs = zip(lane.stations, stations, strict=True)
    for account, group in groupby(pairs, key=lambda pair: pair[0].account):
        boxes = [box for _, box in group]
        x, end = boxes[0].x - PAD, boxes[-1].x + STATION + PAD
        if account and account != "aws":
            head, lines = names.get(account) or "account", (account,)
        else:
            head, lines = "Amazon Bedrock", ("owned by AWS",)
        found.append(Box(x + 1, y + 1, end - x - 2, height - 2, head, lines))
    return found


def _twigs(branches: tuple[Branch, ...], x: float, middle: float) -> list[Twig]:
    top = middle - (len(branches) - 1) * BRANCH_HEIGHT / 2
    return [
        Twig(
            x, middle, x + FAN, top + number * BRANCH_HEIGHT, branch.label, branch.state,
            _branch_words(branch),
        )
        for number, branch in enumerate(branches)
    ]  # fmt: skip


def _branch_words(branch: Branch) -> str:
    parts = [STATE_WORDS[branch.state]]
    if branch.words:
        parts.append(listed(branch.words, 2))
    return ": ".join(parts) + (f" ({', '.join(branch.findings)})" if branch.findings else "")


def _step_words(step: Step) -> tuple[str, ...]:
    named = (f"({', '.join(step.findings)})",) if step.findings else ()
    return (STATE_WORDS[step.state], *step.words[:3], *named)


def _words(lane: Lane) -> list[str]:
    """Every step and branch as a sentence, for those who do not see the drawing."""
    told = []
    for position, step in enumerate(lane.steps):
        left, right = lane.stations[position], lane.stations[position + 1]
        told.append(
            f"{left.kind} {left.name} (account {left.account or 'of AWS'}), {step.action} to "
            f"{right.kind} {right.name}: {' '.join(_step_words(step))}"
        )
    told += [f"{branch.label}: {_branch_words(branch)}" for branch in lane.branches]
    return told
