"""The commands: their names and one-line helps, and a group that imports one only to run it."""

from __future__ import annotations

import difflib
import importlib

import click
from click.shell_completion import CompletionItem

from bedrock_doctor.cli.completion_values import complete_values

PREFIX = "BEDROCK_DOCTOR"

COMMANDS = {
    "diagnose": "Name every barrier of one attempt to call a model.",
    "fix": "Show the changes that mend an attempt, and prove them.",
    "compare": "Put two attempts side by side: where do they part?",
    "verify": "Hold a plan against a newer snapshot.",
    "report": "Write an attempt as one page to send, or render a saved report again.",
    "serve": "Ask in a browser: live pages on 127.0.0.1.",
    "explain": "Explain a message, traceback, log or event alone.",
    "whoami": "Show which identity signs here, and what it shadows.",
    "models": "List the models that can be called from a Region, and how.",
    "policy": "Write the least policies for a way, and prove them.",
    "collect": "Read one account into a snapshot.",
    "merge": "Join snapshots into one, and redact it.",
    "permissions": "Print the policy that collecting needs.",
    "check": "Hold expectations of a file against policies, for CI.",
    "audit": "Tell who can reach which model from where, over a whole snapshot.",
    "evaluate": "Evaluate policies for JSONL cases.",
    "scan": "Group the denied calls of CloudTrail logs.",
    "lab": "Try everything without an account: an AWS on loopback.",
    "mcp": "Serve the same answers to AI agents (MCP).",
    "rule": "Show the manual page of a finding.",
    "completion": "Print the script that completes command lines in a shell.",
    "help": "Explain exit codes, environment variables or redaction.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name: its help imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are listed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command, and gives each of its options an environment variable."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bedrock_doctor.cli.{cmd_name}")
        found: click.Command = module.command
        name_variables(found)
        complete_values(found)
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Completes the names of commands without importing them, and options."""
        return [
            *(CompletionItem(n, help=h) for n, h in COMMANDS.items() if n.startswith(incomplete)),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command of a command line, or says which one was meant."""
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0].lower(), COMMANDS, 1)
            meant = f"; did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"no such command `{args[0]}`{meant}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def name_variables(command: click.Command) -> None:
    """Names the variable of every option after its longest flag.

    ``--snapshot`` is ``BEDROCK_DOCTOR_SNAPSHOT`` in every command that has it.
    """
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            option.envvar = variable_of(option)
    for inner in inner_commands(command).values():
        name_variables(inner)


def inner_commands(command: click.Command) -> dict[str, click.Command]:
    """The commands within a command such as ``lab``, by name."""
    return dict(command.commands) if isinstance(command, click.Group) else {}


def variable_of(option: click.Option) -> str:
    """The environment variable of an option; ``--mfa/--no-mfa`` has one, with true or false."""
    flag = max(option.opts, key=len).lstrip("-")
    names = {"output": "format", "o": "out"}
    return f"{PREFIX}_{names.get(flag, flag).upper().replace('-', '_')}"
