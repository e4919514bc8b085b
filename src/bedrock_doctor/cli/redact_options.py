"""The options by which a snapshot is redacted, the same for `collect` and `merge`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--redact",
        type=click.Choice(["none", "accounts", "all"]),
        default="none",
        show_default=True,
        help="Replace account ids, or all names, by pseudonyms; answers stay the same.",
    ),
    click.option(
        "--redact-key",
        metavar="TEXT",
        help="Makes pseudonyms: who uses the same key gets the same ones. Not given: made of the "
        "content.",
    ),
    click.option(
        "--pseudonyms",
        metavar="FILE",
        help="Write who is who, as JSON: for yourself alone.",
    ),
)


def redact_options(command: Command) -> Command:
    """Adds the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
