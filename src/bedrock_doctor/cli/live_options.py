"""The options by which a diagnosis looks at AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bedrock_doctor.live.looking import LiveOptions

Command = Callable[..., Any]

CHOOSE = 0
"""``--last`` without a number: whoever sits at the terminal chooses."""

_OPTIONS = (
    click.option(
        "--profile",
        metavar="NAME",
        help="AWS profile that starts the call: its roles are assumed for real, and what it may "
        "read is read.",
    ),
    click.option(
        "--target-profile", metavar="NAME", help="AWS profile that reads the model's account."
    ),
    click.option(
        "--org-profile",
        metavar="NAME",
        help="AWS profile that reads SCPs and RCPs: of the management account or a delegated "
        "administrator.",
    ),
    click.option("--endpoint-url", metavar="URL", help="All calls go there, not to AWS."),
    click.option(
        "--offline", is_flag=True, help="Make no AWS call; without --snapshot that is an error."
    ),
    click.option(
        "--probe",
        is_flag=True,
        help="Call the model with an empty body, which is refused after authorization: once as "
        "attempted, and where that does not pass once for each thing that may be the reason. The "
        "calls are listed first.",
    ),
    click.option("--yes", is_flag=True, help="Do not ask before the probes."),
    click.option(
        "--simulate",
        is_flag=True,
        help="Ask IAM's policy simulator too, and tell where it differs.",
    ),
    click.option(
        "--last",
        type=click.IntRange(min=0),
        is_flag=False,
        flag_value=CHOOSE,
        metavar="[N]",
        help="Take a denied call that CloudTrail knows of as evidence: the N-th last; without a "
        "number a terminal is asked which, else the last.",
    ),
)


def live_options(command: Command) -> Command:
    """Adds the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_live(options: Mapping[str, Any]) -> bool:
    """Whether AWS is asked: an option wants it, or there is no snapshot to answer from."""
    if options["offline"]:
        return False
    return wanted_of_aws(options) is not None or not options["snapshots"]


def wanted_of_aws(options: Mapping[str, Any]) -> str | None:
    """The first option, as it is written, that wants something of AWS; None: no option does."""
    wants = ("profile", "target_profile", "org_profile", "probe", "simulate")
    named = next((name for name in wants if options[name]), None)
    if named is None and options["last"] is not None:
        named = "last"
    return f"--{named.replace('_', '-')}" if named else None


def live_options_of(options: Mapping[str, Any], profile: str = "") -> LiveOptions:
    """The options as the diagnosis takes them.

    Args:
        profile: of a configuration; the one of ``--profile`` wins over it.
    """
    from bedrock_doctor.live.looking import LiveOptions

    return LiveOptions(
        profile=options["profile"] or profile or None,
        target_profile=options["target_profile"],
        org_profile=options["org_profile"],
        endpoint_url=options["endpoint_url"],
        probe=options["probe"],
        simulate=options["simulate"],
    )
