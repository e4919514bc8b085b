"""Where answers go: standard output or a file; and parts of JSON answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bedrock_doctor.errors import BadInput, UsageError


def write_answer(text: str, out: str | None) -> None:
    """Writes to a file, or to standard output.

    Raises:
        BadInput: the file cannot be written.
    """
    if out is None:
        click.echo(text, nl=False, color=True)
        return
    try:
        Path(out).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"cannot be written: {reason.lower()}", path=out) from None


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
