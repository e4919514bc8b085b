"""The command line. Commands are loaded when they are used, so that `--help` is instant."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from typing import Any

import click

from bedrock_doctor import __version__
from bedrock_doctor.errors import BadInput, BedrockDoctorError

COMMANDS = {
    "diagnose": "Name every barrier of one attempt to call a model.",
    "evaluate": "Evaluate policies for JSONL cases.",
    "rule": "Show the manual page of a finding.",
    "help": "Explain exit codes, environment variables or redaction.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bedrock_doctor.cli.{cmd_name}")
        found: click.Command = module.command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            meant = f" Did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"no such command `{args[0]}`.{meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={
        "auto_envvar_prefix": "BEDROCK_DOCTOR",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="bedrock-doctor")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Find out why a call to Amazon Bedrock is denied.

    bedrock-doctor reads a snapshot of AWS CLI output, evaluates every policy on the way of the
    call, and names all barriers at once: each with the account that owns it and the deciding
    line. What it cannot know it calls unknown and says what would settle it. It makes no network
    call and writes nothing but what you ask for.

    Start with: bedrock-doctor diagnose --help
    """
    ctx.obj = {"debug": debug}


def main() -> None:
    """Entry point: runs the command line and turns errors into exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    raise SystemExit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    try:
        result: Any = cli.main(args, prog_name="bedrock-doctor", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BedrockDoctorError as error:
        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if "--debug" in args or os.environ.get("BEDROCK_DOCTOR_DEBUG"):
            traceback.print_exc()
        click.echo(f"error: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("help: run again as `bedrock-doctor --debug …` and report it", err=True)
        return 70
    return result if isinstance(result, int) else 0


def show_error(error: BedrockDoctorError) -> None:
    """Prints an expected error and its help to stderr."""
    from bedrock_doctor.render.printable import printable

    place = f"{error.place}: " if isinstance(error, BadInput) and error.place else ""
    click.echo(f"error: {printable(place + error.message)}", err=True)
    if error.help:
        click.echo(f"help: {printable(error.help)}", err=True)
