"""Reading the pages of the casebook; docs/casebook.md describes their format."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

NOT_RECORDED = "(not yet recorded)\n"

VERDICTS = ("allow", "deny", "unknown", "none", "proved", "unproved")
_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`]*)$")
_FACT = re.compile(r"^- (?P<name>verdict|expects|way|exit): (?P<value>.+)$")
_ID = re.compile(r"BD\d{3}|[a-z]+(?:-[a-z]+)+\??")


class PageError(Exception):
    """A page that breaks the format; the message names page and line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a page and what must come out.

    Attributes:
        page: the file.
        title: heading above the question.
        worlds: world blocks that apply, first the one with a base, as (info, text) pairs.
        arguments: the command line after ``bedrock-doctor``.
        verdict: ``allow``, ``deny``, ``unknown``; of a plan ``proved`` or ``unproved``; ``none``
            where neither is made.
        expects: ids of the findings in order; of a plan first those that it mends; of an audit the
            kinds of its surprises, with ``?`` where they only may be.
        ways: of an audit, the ways to models or roles that it must tell, in order.
        exit_code: status of the process.
        output: the recorded text.
        output_lines: first and one past the last line of `output` in the page, from 0.
    """

    page: Path
    title: str
    worlds: tuple[tuple[str, str], ...]
    arguments: tuple[str, ...]
    verdict: str
    expects: tuple[str, ...]
    ways: tuple[str, ...]
    exit_code: int
    output: str
    output_lines: tuple[int, int]

    @property
    def name(self) -> str:
        """Page and heading, as a test id."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"{self.page.stem}/{slug}"


@dataclass(slots=True)
class _Section:
    """What has been read since the last heading."""

    title: str
    worlds: tuple[tuple[str, str], ...]
    command: str | None = None
    verdict: str | None = None
    expects: tuple[str, ...] | None = None
    ways: tuple[str, ...] = ()
    exit_code: int | None = None


def read_page(path: Path) -> tuple[Case, ...]:
    """The cases of one page, in order.

    Raises:
        PageError: the page breaks the format.
    """
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cases: list[Case] = []
    page_worlds: tuple[tuple[str, str], ...] = ()
    section = _Section(title="", worlds=())
    number = 0
    while number < len(lines):
        line = lines[number].rstrip("\n")
        if line.startswith("# "):
            section = _Section(title=line[2:], worlds=())
        elif line.startswith("## "):
            page_worlds = page_worlds or section.worlds
            section = _Section(title=line[3:], worlds=page_worlds)
        elif fact := _FACT.match(line):
            _take_fact(section, fact["name"], fact["value"], f"{path.name}:{number + 1}")
        elif fence := _FENCE.match(line):
            end = _end_of_block(lines, number, fence["ticks"], path)
            text = "".join(lines[number + 1 : end])
            kind, _, info = fence["info"].strip().partition(" ")
            if kind == "world":
                base = section.worlds if not info else ()
                section.worlds = (*base, (info.strip(), text))
            elif kind == "console":
                section.command = text
            elif kind == "output":
                cases.append(_case(path, section, text, (number + 1, end)))
                section = _Section(section.title, section.worlds)
            number = end
        number += 1
    if not cases:
        raise PageError(f"{path.name}: the page asks nothing")
    return tuple(cases)


def record(case: Case, output: str) -> None:
    """Writes `output` into the page in place of the recorded text."""
    start, end = next(now.output_lines for now in read_page(case.page) if now.name == case.name)
    lines = case.page.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[start:end] = [output if output.endswith("\n") else output + "\n"]
    case.page.write_text("".join(lines), encoding="utf-8")


def _end_of_block(lines: list[str], start: int, ticks: str, path: Path) -> int:
    for number in range(start + 1, len(lines)):
        if lines[number].rstrip("\n") == ticks:
            return number
    raise PageError(f"{path.name}:{start + 1}: the block has no end")


def _take_fact(section: _Section, name: str, value: str, where: str) -> None:
    if name == "verdict":
        if value not in VERDICTS:
            raise PageError(f"{where}: a verdict is one of {', '.join(VERDICTS)}")
        section.verdict = value
    elif name == "exit":
        section.exit_code = int(value)
    elif name == "way":
        section.ways = (*section.ways, value)
    elif value == "nothing":
        section.expects = ()
    else:
        section.expects = tuple(value.split())
        if not all(_ID.fullmatch(finding) for finding in section.expects):
            raise PageError(f"{where}: expected ids such as `BD403 BD312`, or `nothing`")


def _case(path: Path, section: _Section, output: str, place: tuple[int, int]) -> Case:
    where = f"{path.name}:{place[0]}"
    if section.command is None or not section.worlds:
        raise PageError(f"{where}: an output block needs a world and a console block before it")
    if section.verdict is None or section.expects is None or section.exit_code is None:
        raise PageError(f"{where}: the lines `- verdict:`, `- expects:` and `- exit:` are needed")
    if not section.worlds[0][0]:
        raise PageError(f"{where}: the first world block of a page names its base")
    return Case(
        page=path,
        title=section.title,
        worlds=section.worlds,
        arguments=_arguments(section.command, where),
        verdict=section.verdict,
        expects=section.expects,
        ways=section.ways,
        exit_code=section.exit_code,
        output=output,
        output_lines=place,
    )


def _arguments(command: str, where: str) -> tuple[str, ...]:
    words = shlex.split(command.replace("\\\n", " "))
    if words[:2] != ["$", "bedrock-doctor"]:
        raise PageError(f"{where}: a console block begins with `$ bedrock-doctor`")
    return tuple(words[2:])
