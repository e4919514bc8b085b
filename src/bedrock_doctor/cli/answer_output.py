"""Where answers go: standard output or a file; and parts of JSON answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

import click

from bedrock_doctor.errors import BadInput, UsageError


class Layout(TypedDict):
    """How a text is laid out: columns, and whether styles are written."""

    width: int
    colour: bool


def write_answer(text: str, out: str | None) -> None:
    """Writes to a file, or to standard output.

    Raises:
        BadInput: the file cannot be written.
    """
    if out is None:
        click.echo(text, nl=False, color=True)
        return
    write_bytes(text.encode("utf-8", "backslashreplace"), out)


def write_pieces(pieces: Iterable[str], out: str | None) -> None:
    """Writes a text that is made piece by piece.

    Raises:
        BadInput: the file cannot be written.
    """
    if out is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    with written(out) as sink:
        for piece in pieces:
            sink.write(piece.encode("utf-8", "backslashreplace"))


def write_bytes(data: bytes, out: str) -> None:
    """Writes to a file.

    Raises:
        BadInput: the file cannot be written.
    """
    with written(out) as sink:
        sink.write(data)


@contextmanager
def written(out: str) -> Iterator[BinaryIO]:
    """A file to write to.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        with Path(out).open("wb") as sink:
            yield sink
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"cannot be written: {reason.lower()}", path=out) from None


def layout_of(out: str | None, color: str = "auto") -> Layout:
    """Width and colour of a text answer.

    Args:
        out: the file it goes to, or None for standard output.
        color: what ``--color`` says.
    """
    from bedrock_doctor.render.colour import colour_wanted, width_wanted

    terminal = out is None and sys.stdout.isatty()
    return {
        "width": width_wanted(os.environ),
        "colour": colour_wanted(color, os.environ, terminal=terminal),
    }


def refuse_query_of_text(options: Mapping[str, Any]) -> None:
    """Refuses ``--query`` where the answer is no JSON.

    Raises:
        UsageError: ``--query`` stands beside another format.
    """
    if options["query"] and options["format_"] != "json":
        raise UsageError("--query works on JSON only", help="add --format json")


def part_of(data: Any, expression: str) -> Any:
    """The part of a JSON value that a JMESPath expression names.

    Raises:
        UsageError: the expression cannot be read, or does not fit the value.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, data)
    except JMESPathError as error:
        lines = str(error).splitlines() or ["not a JMESPath expression"]
        raise UsageError(
            f"--query `{expression}`: {lines[0][:1].lower()}{lines[0][1:].rstrip('.:')}",
            help="expected JMESPath, for example findings[].id: https://jmespath.org",
        ) from None
