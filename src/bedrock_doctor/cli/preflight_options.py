"""The options that lay plans and templates over a snapshot."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.preflight.overlay import Planned

Command = Callable[..., Any]

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_OPTIONS = (
    click.option(
        "--plan",
        "plans",
        multiple=True,
        metavar="FILE",
        help="Ask of the accounts as they will be: the output of `terraform show -json PLANFILE`; "
        "repeatable.",
    ),
    click.option(
        "--template",
        "templates",
        multiple=True,
        metavar="FILE",
        help="The same for a CloudFormation template; repeatable.",
    ),
    click.option(
        "--account",
        metavar="ID",
        help="Account that templates are deployed in, and that of plans which do not tell it.",
    ),
    click.option("--stack-region", metavar="REGION", help="Region that templates are deployed in."),
    click.option(
        "--parameter",
        "parameters",
        multiple=True,
        metavar="KEY=VALUE",
        help="Parameter of the templates, pseudo parameter such as AWS::StackName, or the name "
        "that CloudFormation gives to a resource, by its logical id.",
    ),
)


def preflight_options(command: Command) -> Command:
    """Adds the options of deployments to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def planned_snapshot(snapshot: Snapshot, options: dict[str, Any]) -> Planned | None:
    """The snapshot as it will be; None where nothing is laid over it.

    Raises:
        UsageError: the options do not fit each other.
        BadInput: a file cannot be read.
    """
    if not options["plans"] and not options["templates"]:
        lonely = [name for name in ("account", "stack_region", "parameters") if options[name]]
        if lonely:
            flag = {"stack_region": "--stack-region", "parameters": "--parameter"}
            raise UsageError(
                f"{flag.get(lonely[0], '--account')} belongs to --plan or --template",
                help="name the file that is deployed",
            )
        return None
    from bedrock_doctor import app
    from bedrock_doctor.cli.evidence_options import read_file

    account = options["account"]
    if account and not _ACCOUNT.fullmatch(account):
        raise UsageError(f"--account `{account}` is no account id", help="expected 12 digits")
    parameters = {}
    for text in options["parameters"]:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(
                f"--parameter `{text}` cannot be read", help="expected --parameter KEY=VALUE"
            )
        parameters[key] = value
    return app.preflight(
        snapshot,
        plans=[(name, read_file(name)) for name in options["plans"]],
        templates=[(name, read_file(name)) for name in options["templates"]],
        account=account,
        region=options["stack_region"],
        parameters=parameters,
    )


def refuse_evidence(*, given: bool, planned: bool) -> None:
    """Messages and events of AWS tell of the accounts as they are, not as they will be.

    Raises:
        UsageError: both are given.
    """
    if given and planned:
        raise UsageError(
            "--error and --event tell of what is deployed, --plan and --template of what is not",
            help="ask one question at a time",
        )
