"""The options that state an attempt, shared by every command that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from bedrock_doctor.cli.answer_options import snapshots_option
from bedrock_doctor.model.attempt import ApiKey, Operation

Command = Callable[..., Any]

_OPTIONS = (
    snapshots_option(),
    click.option("--as", "caller", metavar="ARN", help="Who starts: a user, role or session."),
    click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="ARN",
        help="A role that is assumed; repeat for a chain, in order. None: a direct call.",
    ),
    click.option("--model", metavar="ID|ARN", help="Model id, inference profile id or ARN."),
    click.option("--region", metavar="REGION", help="Region whose endpoint is called."),
    click.option(
        "--operation",
        type=click.Choice([operation.value for operation in Operation]),
        metavar="NAME",
        help="What is called: " + ", ".join(operation.value for operation in Operation) + ". "
        "Not given: what the evidence says, else converse.",
    ),
    click.option("--external-id", metavar="ID", help="ExternalId; not given: not sent."),
    click.option("--session-name", metavar="NAME", help="RoleSessionName; not given: not known."),
    click.option(
        "--session-tag", "session_tags", multiple=True, metavar="K=V", help="Session tag."
    ),
    click.option(
        "--transitive-tag", "transitive_tags", multiple=True, metavar="K", help="Transitive tag."
    ),
    click.option("--source-identity", metavar="NAME", help="SourceIdentity; not given: not sent."),
    click.option(
        "--session-policy",
        "session_policies",
        multiple=True,
        metavar="FILE",
        help="Session policy passed with the last AssumeRole.",
    ),
    click.option(
        "--hop",
        "hops",
        multiple=True,
        metavar="N:KEY=VALUE",
        help="One of the six options above for AssumeRole N alone, for example 2:external-id=abc.",
    ),
    click.option("--mfa/--no-mfa", default=None, help="Whether the caller used MFA."),
    click.option(
        "--vpce", "endpoints", multiple=True, metavar="ID", help="VPC endpoint on the way."
    ),
    click.option("--source-ip", metavar="ADDRESS", help="Source address; not given: not known."),
    click.option(
        "--service-role", metavar="ARN", help="Role that a batch job runs as (--operation batch)."
    ),
    click.option("--input-s3", metavar="S3URI", help="Input of a batch job, read by that role."),
    click.option("--output-s3", metavar="S3URI", help="Output of a batch job, written by it."),
    click.option(
        "--project", metavar="ID|ARN", help="Project of a call of bedrock-mantle or Responses."
    ),
    click.option("--guardrail", metavar="ID", help="Guardrail sent with the call."),
    click.option(
        "--api-key",
        type=click.Choice([kind.value for kind in ApiKey]),
        help="Sign with an Amazon Bedrock API key of this kind.",
    ),
    click.option("--api-key-region", metavar="REGION", help="Region in which the key was made."),
    click.option(
        "--context",
        multiple=True,
        metavar="KEY=VALUE",
        help="A condition key of the request that you know; wins over what is derived.",
    ),
    click.option("--error", metavar="TEXT|@FILE|-", help="AWS's message, as evidence."),
    click.option("--event", metavar="FILE|-", help="CloudTrail event, as evidence."),
    click.option(
        "--config",
        metavar="FILE|-",
        help="Configuration of the application: every model that it names is an attempt. LiteLLM "
        "YAML, Claude Code settings, AWS config file, settings in JSON or YAML, or an environment.",
    ),
)


def _carrier() -> click.Command:
    """A command that has these options and does nothing."""
    return click.command()(attempt_options(lambda: None))


def attempt_parameters() -> dict[str, click.Option]:
    """The options of an attempt by their flags without dashes; ``mfa`` for ``--mfa/--no-mfa``."""
    options = [option for option in _carrier().params if isinstance(option, click.Option)]
    return {max(option.opts, key=len).lstrip("-"): option for option in options}


def attempt_options(command: Command) -> Command:
    """Adds the options of an attempt to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
