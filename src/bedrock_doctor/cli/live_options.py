"""The options by which a diagnosis looks at AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bedrock_doctor.live.looking import LiveOptions

Command = Callable[..., Any]

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
        help="Call the model once with an empty body, which is refused after authorization.",
    ),
    click.option("--yes", is_flag=True, help="Do not ask before the probe."),
    click.option(
        "--simulate",
        is_flag=True,
        help="Ask IAM's policy simulator too, and tell where it differs.",
    ),
    click.option(
        "--last",
        type=click.IntRange(min=1),
        is_flag=False,
        flag_value=1,
        metavar="[N]",
        help="Take the last denied call, or the N-th last, that CloudTrail knows of, as evidence.",
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
    wants = ("profile", "target_profile", "org_profile", "probe", "simulate", "last")
    return any(options[name] for name in wants) or not options["snapshots"]


def live_options_of(options: Mapping[str, Any]) -> LiveOptions:
    """The options as the diagnosis takes them."""
    from bedrock_doctor.live.looking import LiveOptions

    return LiveOptions(
        profile=options["profile"],
        target_profile=options["target_profile"],
        org_profile=options["org_profile"],
        endpoint_url=options["endpoint_url"],
        probe=options["probe"],
        simulate=options["simulate"],
    )
