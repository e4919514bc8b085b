"""What a diagnosis asks of AWS and of the person at the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.evidence_options import Evidence, evidence_of_text
from bedrock_doctor.cli.live_options import live_options_of
from bedrock_doctor.errors import UsageError
from bedrock_doctor.render.printable import printable

if TYPE_CHECKING:
    from bedrock_doctor.model.report import Report

_ANYBODY = "arn:aws:iam::000000000000:user/anybody"
"""Stands for who starts, where AWS will say it; an attempt is checked before anybody is called."""


def refuse_live(options: Mapping[str, Any]) -> None:
    """Makes sure that ``--offline`` and ``--config`` stand with nothing that calls AWS.

    Raises:
        UsageError: one does.
    """
    wants = ("profile", "target_profile", "org_profile", "probe", "simulate", "last")
    named = next((f"--{name.replace('_', '-')}" for name in wants if options[name]), None)
    if options["offline"] and named:
        raise UsageError(f"{named} calls AWS, and --offline forbids it")
    if options["config"] and named:
        raise UsageError(
            f"{named} looks at AWS for one attempt, and --config may name many",
            help="collect first, then give --snapshot, or state the attempt with options",
        )


def agreed_to_probe(options: Mapping[str, Any]) -> None:
    """Asks before the probe is made.

    Raises:
        UsageError: nobody can be asked, or somebody said no.
    """
    if not options["probe"] or options["yes"]:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("--probe calls the model, and nobody can be asked here", help="add --yes")
    question = (
        "The probe calls the model once with an empty body. No inference starts; whether such a "
        "call can subscribe the account to the model is not documented. Make it?"
    )
    if not click.confirm(question, err=True):
        raise UsageError("the probe was not wanted", help="leave --probe out")


def last_denial(options: Mapping[str, Any]) -> Evidence:
    """The denial that ``--last`` names; the list of all goes to stderr.

    Raises:
        UsageError: there are not as many.
    """
    from bedrock_doctor import app

    calls = app.last_denials(live_options_of(options), options["region"])
    for number, call in enumerate(calls, 1):
        mark = ">" if number == options["last"] else " "
        click.echo(printable(f"{mark} {number:>2}  {call.words}"), err=True)
    if len(calls) < options["last"]:
        known = f"CloudTrail knows {len(calls)} denied call{'' if len(calls) == 1 else 's'} here"
        raise UsageError(
            f"--last {options['last']}: {known}",
            help="events arrive after up to 15 minutes; calls are logged in the account of the "
            "role that called, in the Region of the call: --target-profile, --region",
        )
    return evidence_of_text(json.dumps(json.loads(calls[options["last"] - 1].event)), "--last")


def live_report(options: Mapping[str, Any], evidence: Evidence) -> Report:
    """The diagnosis with AWS at hand."""
    from bedrock_doctor import app
    from bedrock_doctor.cli.stated_attempt import stated_attempt
    from bedrock_doctor.live.live_diagnosis import LiveQuestion

    attempt = stated_attempt(options, evidence.denials, start=_ANYBODY)
    agreed_to_probe(options)
    question = LiveQuestion(
        live_options_of(options),
        lambda arn: stated_attempt(options, evidence.denials, start=arn),
        options["snapshots"],
        evidence.denials,
        evidence.policies,
        attempt.region,
    )
    return app.diagnose_live(question, _progress(options), with_plans=not options["quiet"])


def _progress(options: Mapping[str, Any]) -> Callable[[str], None]:
    """Tells a person at a terminal what is read; nobody else."""
    if options["quiet"] or not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(printable(text), err=True)
