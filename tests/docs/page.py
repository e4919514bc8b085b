"""A page of the documentation as what a reader would do with it, step by step."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(
    r'^```(?P<kind>\w+)(?: title="(?P<name>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A block of text with a title: the reader saves it under that name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """A command of a block ``console``, with what must be printed.

    Attributes:
        words: the command.
        wanted: the output; a line ``…`` stands for any lines, ``…`` at the end of a line for any
            rest of it.
    """

    words: tuple[str, ...]
    wanted: str


@dataclass(frozen=True, slots=True)
class Python:
    """A block ``python``, with the block ``output`` behind it."""

    code: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Parse:
    """A command of a block ``sh``: it needs AWS or other programs, so only its options are read."""

    words: tuple[str, ...]


Step = WriteFile | Run | Python | Parse


def steps(path: Path) -> Iterator[Step]:
    """The steps of a page."""
    fences = list(_FENCE.finditer(path.read_text("utf-8")))
    for number, fence in enumerate(fences):
        kind, text = fence["kind"], fence["text"]
        if kind == "text" and fence["name"]:
            yield WriteFile(fence["name"], text)
        elif kind == "console":
            yield from _runs(text)
        elif kind == "sh":
            for line in text.replace("\\\n", " ").splitlines():
                yield Parse(tuple(shlex.split(line)))
        elif kind == "python":
            after = fences[number + 1] if number + 1 < len(fences) else None
            yield Python(
                code=text, wanted=after["text"] if after and after["kind"] == "output" else ""
            )


def _runs(text: str) -> Iterator[Run]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        found = re.match(r"(?:.*\\\n)*.*\n", part)
        assert found is not None
        words = tuple(shlex.split(found[0].replace("\\\n", " ")))
        yield Run(words, part[found.end() :])


def fits(output: str, wanted: str) -> bool:
    """Whether an output is the wanted one."""
    pattern = ""
    for line in wanted.splitlines():
        if line == ANYTHING:
            pattern += r"(?:.*\n)*?"
        elif line.endswith(ANYTHING):
            pattern += re.escape(line.removesuffix(ANYTHING)) + r".*\n"
        else:
            pattern += re.escape(line) + r"\n"
    return re.fullmatch(pattern, output) is not None
