"""The options that commands share: from what an answer is made, its form, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


def snapshots_option(help: str = "Directory or zip of AWS CLI output; repeatable.") -> Decorator:
    """``--snapshot``, repeatable."""
    return click.option("--snapshot", "snapshots", multiple=True, metavar="PATH", help=help)


def form_option(*forms: str, help: str | None = "Form of the answer.") -> Decorator:
    """``--format``.

    Args:
        forms: of the answer, the first one where none is asked for.
        help: what there is to say of them.
    """
    return click.option(
        "--format",
        "--output",
        "format_",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=help,
    )


query_option: Decorator = click.option(
    "--query", metavar="JMESPATH", help="Part of the JSON answer."
)
out_option: Decorator = click.option(
    "-o", "out", metavar="FILE", help="Write the answer to a file."
)
redact_option: Decorator = click.option(
    "--redact",
    type=click.Choice(["none", "accounts", "all"]),
    default="none",
    show_default=True,
    help="Replace account ids, or all names, by pseudonyms.",
)
redact_for_others_option: Decorator = click.option(
    "--redact",
    type=click.Choice(["none", "accounts", "all"]),
    help="Replace account ids, or all names, by pseudonyms. Not given: accounts for markdown and "
    "html, which are made to be sent to others; else none.",
)
color_option: Decorator = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto"
)
explained_color_option: Decorator = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in text; auto: on a terminal, and as NO_COLOR and CLICOLOR_FORCE say.",
)
quiet_option: Decorator = click.option(
    "-q", "--quiet", is_flag=True, help="Print nothing; the exit code is the answer."
)


def jobs_option(help: str) -> Decorator:
    """``--jobs``: processes."""
    return click.option("--jobs", type=click.IntRange(1, 256), help=help)


def spark_option(help: str) -> Decorator:
    """``--spark``: the master of Apache Spark."""
    return click.option("--spark", "master", metavar="MASTER", help=help)


def answer_options(*forms: str, help: str | None = "Form of the answer.") -> Decorator:
    """The form of an answer, a part of it, and the file that it goes to; as `form_option`."""
    form = form_option(*forms, help=help)
    return lambda command: form(query_option(out_option(command)))
