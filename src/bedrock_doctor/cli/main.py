"""The entry point: runs a command and turns what happens into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bedrock_doctor import __version__
from bedrock_doctor.cli.commands import PREFIX, LazyGroup
from bedrock_doctor.errors import BedrockDoctorError

INTERRUPTED = 130
BROKEN_PIPE = 141
"""Exit code of a command whose reader went away before the answer was complete: what a shell
reports for SIGPIPE. It is not 0, because 0 means allowed."""


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="bedrock-doctor")
@click.option(
    "--debug",
    is_flag=True,
    envvar=f"{PREFIX}_DEBUG",
    help="Show the traceback of an internal error.",
)
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> int | None:
    """Find out why a call to Amazon Bedrock is denied.

    bedrock-doctor reads a snapshot of AWS CLI output, evaluates every policy on the way of the
    call, and names all barriers at once: each with the account that owns it and the deciding
    line. What it cannot know it calls unknown and says what would settle it. It makes no network
    call and writes nothing but what you ask for.

    Text that is piped in without a command is explained.

    Start with: bedrock-doctor diagnose --help
    """
    if ctx.invoked_subcommand is not None:
        ctx.default_map = _settings(ctx, ctx.invoked_subcommand)
        return None
    if not _text_is_piped():
        click.echo(ctx.get_help(), err=True)
        return 2
    command = cli.get_command(ctx, "explain")
    assert command is not None  # noqa: S101 - it is in the table
    with command.make_context("explain", ["-"], parent=ctx) as inner:
        answer: int = command.invoke(inner)
    return answer


def _settings(ctx: click.Context, name: str) -> dict[str, Any]:
    """What the settings file of the current directory says of a command."""
    folder = Path.cwd()
    if not any((folder / file).is_file() for file in ("bedrock-doctor.toml", "pyproject.toml")):
        return {}
    from bedrock_doctor.cli.settings_file import settings

    return settings(folder, cli, ctx, name)


def _text_is_piped() -> bool:
    """Whether standard input holds text: not a terminal, not closed, not empty."""
    stream = sys.stdin
    if stream is None or stream.closed or stream.isatty():
        return False
    peek = getattr(getattr(stream, "buffer", None), "peek", None)
    return bool(peek(1)) if peek else False


def main() -> None:
    """Entry point of the command `bedrock-doctor`."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and the C locale: what they cannot show becomes an escape.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line.

    Args:
        arguments: the words behind ``bedrock-doctor``.

    Returns:
        The exit code; docs/reference/exit-codes.md lists them.
    """
    try:
        answer = _answer(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return BROKEN_PIPE
    return answer


def _answer(arguments: Sequence[str]) -> int:
    try:
        result: Any = cli.main(list(arguments), prog_name="bedrock-doctor", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except click.ClickException as error:
        from bedrock_doctor.cli.error_output import show_usage

        return show_usage(error, arguments)
    except BedrockDoctorError as error:
        from bedrock_doctor.cli.error_output import show_expected

        return show_expected(error, arguments)
    except Exception as error:
        from bedrock_doctor.cli.error_output import show_crash

        return show_crash(error, arguments)
    return result if isinstance(result, int) else 0


def _silence_stdout() -> None:
    """Keeps the interpreter from complaining about the broken pipe when it ends."""
    try:
        target = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), target)
