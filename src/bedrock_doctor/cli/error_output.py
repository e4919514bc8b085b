"""How a command that fails says so: on stderr, as text or as JSON, with its exit code."""

from __future__ import annotations

import json
import os
import re
import traceback
from collections.abc import Sequence

import click

from bedrock_doctor.cli.commands import PREFIX
from bedrock_doctor.errors import (
    AwsFailed,
    BadInput,
    BedrockDoctorError,
    NoCredentials,
    UsageError,
)
from bedrock_doctor.render.printable import printable

INTERNAL = 70
_WORDS = (
    (BadInput, "bad-input"),
    (UsageError, "usage"),
    (NoCredentials, "no-credentials"),
    (AwsFailed, "aws-failed"),
)


def show_expected(error: BedrockDoctorError, arguments: Sequence[str]) -> int:
    """Prints an error of our own.

    Returns:
        Its exit code.
    """
    place = f"{error.place}: " if isinstance(error, BadInput) and error.place else ""
    word = next((word for kind, word in _WORDS if isinstance(error, kind)), "internal")
    _show(place + error.message, error.help, word, error.exit_code, arguments)
    return error.exit_code


def show_usage(error: click.ClickException, arguments: Sequence[str]) -> int:
    """Prints what is wrong with a command line.

    Returns:
        Its exit code.
    """
    message = re.sub(r"'([^']*)'", r"`\1`", error.format_message().strip().replace("\n", " "))
    context = error.ctx if isinstance(error, click.UsageError) else None
    advice = f"{context.command_path} --help" if context else None
    message = message[:1].lower() + message[1:].rstrip(".")
    _show(message, advice, "usage", error.exit_code, arguments)
    return error.exit_code


def show_crash(error: Exception, arguments: Sequence[str]) -> int:
    """Prints an error that nobody expected; its traceback with ``--debug`` only.

    Returns:
        The exit code of internal errors.
    """
    debug = "--debug" in arguments or os.environ.get(f"{PREFIX}_DEBUG", "").lower() in _TRUE
    if debug:
        click.echo(traceback.format_exc(), err=True, nl=False)
    message = f"internal error: {type(error).__name__}: {error}"
    advice = "run it again as `bedrock-doctor --debug …` and report the traceback"
    _show(message, None if debug else advice, "internal", INTERNAL, arguments)
    return INTERNAL


_TRUE = ("1", "true", "yes", "on", "t", "y")


def _show(
    message: str, help: str | None, word: str, exit_code: int, arguments: Sequence[str]
) -> None:
    if _wants_json(arguments):
        error = {"code": word, "exit_code": exit_code, "message": message, "help": help}
        click.echo(json.dumps({"schema_version": "1.0", "error": error}, indent=2), err=True)
        return
    click.echo(f"error: {printable(message)}", err=True)
    if help:
        click.echo(f"help: {printable(help)}", err=True)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether the answer would have been JSON; the command line may be one that cannot be read."""
    wanted = os.environ.get(f"{PREFIX}_FORMAT", "")
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in ("--format", "--output"):
            following = arguments[number + 1] if number + 1 < len(arguments) else ""
            wanted = value if equals else following
    return wanted == "json"
