"""`bedrock-doctor help`: topics, and the help of commands."""

from __future__ import annotations

import difflib

import click

from bedrock_doctor.cli.commands import COMMANDS, LazyGroup
from bedrock_doctor.cli.topics import TOPICS
from bedrock_doctor.errors import UnknownName


@click.command("help", short_help=COMMANDS["help"])
@click.argument("topic", required=False)
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> None:
    """Explain one topic: environment, exit-codes or redaction; or a command."""
    parent = ctx.parent
    assert parent is not None  # noqa: S101 - the command belongs to the group
    if topic is None:
        click.echo(parent.get_help())
        click.echo(f"\nTopics: {', '.join(TOPICS)}")
    elif topic in TOPICS:
        click.echo(TOPICS[topic](), nl=False)
    elif topic in COMMANDS and isinstance(parent.command, LazyGroup):
        named = parent.command.get_command(parent, topic)
        assert named is not None  # noqa: S101 - it is in the table
        with click.Context(named, info_name=topic, parent=parent, **named.context_settings) as own:
            click.echo(named.get_help(own))
    else:
        known = [*TOPICS, *COMMANDS]
        near = difflib.get_close_matches(topic.lower(), known, 1)
        advice = f"did you mean `{near[0]}`?" if near else f"topics: {', '.join(TOPICS)}"
        raise UnknownName(f"no such topic `{topic}`", help=advice)
