"""What a diagnosis asks of AWS and of the person at the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.evidence_options import Evidence, evidence_of_text
from bedrock_doctor.cli.live_options import CHOOSE, live_options_of, wanted_of_aws
from bedrock_doctor.errors import UsageError
from bedrock_doctor.render.printable import printable

if TYPE_CHECKING:
    from bedrock_doctor.model.attempt import Attempt
    from bedrock_doctor.model.report import Report

ANYBODY = "arn:aws:iam::000000000000:user/anybody"
"""Stands for who starts, where AWS will say it; an attempt is checked before anybody is called."""
_BEFORE_PROBES = (
    "Each has an empty body, so that no inference starts and no token is billed. Where the attempt "
    "itself passes, the others are left out. Not documented: whether such a call subscribes the "
    "account to the model. Monitoring may report several refused bodies in a row."
)


def refuse_live(options: Mapping[str, Any]) -> None:
    """Makes sure that ``--offline`` stands with nothing that calls AWS.

    Raises:
        UsageError: something does.
    """
    named = wanted_of_aws(options)
    if options["offline"] and named:
        raise UsageError(f"{named} calls AWS, and --offline forbids it")


def agreed_to_probe(options: Mapping[str, Any], attempts: Sequence[Attempt]) -> None:
    """Lists the calls and asks before they are made.

    Raises:
        UsageError: nobody can be asked, or somebody said no.
    """
    if not options["probe"] or options["yes"]:
        return
    from bedrock_doctor.app import probes_of

    planned = [hypothesis for attempt in attempts for hypothesis in probes_of(attempt)]
    if not planned:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("--probe calls the model, and nobody can be asked here", help="add --yes")
    for number, hypothesis in enumerate(planned, 1):
        click.echo(printable(f"{number:>3}  {hypothesis.words}"), err=True)
    click.echo(_BEFORE_PROBES, err=True)
    question = "Make this call?" if len(planned) == 1 else f"Make up to {len(planned)} calls?"
    if not click.confirm(question, err=True):
        raise UsageError("the probe was not wanted", help="leave --probe out")


def last_denial(options: Mapping[str, Any]) -> Evidence:
    """The denial that ``--last`` names, or that somebody at the terminal chooses; nothing without
    it. The list of all goes to stderr.

    Raises:
        UsageError: there are not as many.
    """
    if options["last"] is None:
        return Evidence()
    from bedrock_doctor import app

    calls = app.last_denials(live_options_of(options), options["region"])
    asks = options["last"] == CHOOSE and sys.stdin.isatty() and sys.stderr.isatty()
    wanted = options["last"] or 1
    for number, call in enumerate(calls, 1):
        mark = ">" if number == wanted and not asks else " "
        click.echo(printable(f"{mark} {number:>2}  {call.words}"), err=True)
    if len(calls) < wanted:
        known = f"CloudTrail knows {len(calls)} denied call{'' if len(calls) == 1 else 's'} here"
        given = f"--last {options['last']}" if options["last"] else "--last"
        raise UsageError(
            f"{given}: {known}",
            help="events arrive after up to 15 minutes; calls are logged in the account of the "
            "role that called, in the Region of the call: --target-profile, --region",
        )
    if asks:
        known_numbers = click.IntRange(1, len(calls))
        wanted = click.prompt("Which one?", default=1, type=known_numbers, err=True)
    return evidence_of_text(json.dumps(json.loads(calls[wanted - 1].event)), "--last")


def live_report(options: Mapping[str, Any], evidence: Evidence) -> Report:
    """The diagnosis with AWS at hand."""
    from bedrock_doctor.cli.stated_attempt import stated_attempt

    def state(start: str) -> Attempt:
        return stated_attempt(options, evidence.denials, start=start)

    attempt = state(ANYBODY)
    agreed_to_probe(options, [attempt])
    return asked_of_aws(options, evidence, state, attempt.region)


def asked_of_aws(
    options: Mapping[str, Any],
    evidence: Evidence,
    state: Callable[[str], Attempt],
    region: str,
    profile: str = "",
) -> Report:
    """The diagnosis of one attempt that `state` makes of whose credentials start."""
    from bedrock_doctor import app
    from bedrock_doctor.live.live_diagnosis import LiveQuestion

    question = LiveQuestion(
        live_options_of(options, profile),
        state,
        options["snapshots"],
        evidence.denials,
        evidence.policies,
        region,
    )
    return app.diagnose_live(question, _progress(options), with_plans=not options["quiet"])


def _progress(options: Mapping[str, Any]) -> Callable[[str], None]:
    """Tells a person at a terminal what is read; nobody else."""
    if options["quiet"] or not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(printable(text), err=True)
