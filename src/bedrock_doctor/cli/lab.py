"""`bedrock-doctor lab`: an embedded AWS on loopback, with broken scenarios."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bedrock_doctor.errors import UsageError

if TYPE_CHECKING:
    from bedrock_doctor.lab.lab import Lab
    from bedrock_doctor.lab.play import Play
    from bedrock_doctor.model.report import Report

_SCENARIO = click.option("--scenario", metavar="NAME", help="Begin in this broken state.")
_PORT = click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0: any free one."
)


@click.group("lab", short_help="Try everything without an account: an AWS on loopback.")
def command() -> None:
    """An embedded AWS on 127.0.0.1: three accounts, an organization, Bedrock without models.

    Every call is decided by this program's own engine and moto's state, so the lab teaches and
    tests how things fit together, and proves nothing about AWS. It needs moto:
    pip install 'bedrock-doctor[lab]'

    \b
    Example:
      bedrock-doctor lab run scp-region-deny
    """


@command.command("list")
def list_() -> int:
    """List the scenarios."""
    from bedrock_doctor.lab.scenario import scenarios

    for scenario in scenarios():
        click.echo(f"{scenario.name:<32} {scenario.finding}  {scenario.title}")
    return 0


@command.command("run")
@click.argument("name", metavar="[SCENARIO]", required=False)
@click.option("--all", "all_", is_flag=True, help="Play all scenarios, one line each.")
def run(name: str | None, all_: bool) -> int:
    """Play a scenario: the failing call, the diagnosis, the fix in the lab, the call again.

    \b
    Exit codes: 0 as the scenario says, 1 otherwise, 2 usage.
    """
    from bedrock_doctor.lab.scenario import find_scenario, scenarios

    if all_ == bool(name):
        raise UsageError("name one scenario, or give --all", help="bedrock-doctor lab list")
    chosen = scenarios() if all_ else (find_scenario(name or ""),)
    from bedrock_doctor.lab.play import play

    wrong = 0
    with _serving(0) as (lab, endpoint):
        for scenario in chosen:
            played = play(lab, endpoint, scenario)
            wrong += bool(played.surprises)
            if all_:
                click.echo(_line(played))
            else:
                _show(played)
    if all_:
        click.echo(f"{len(chosen) - wrong} of {len(chosen)} scenarios went as they say")
    return 1 if wrong else 0


@command.command("up")
@_SCENARIO
@_PORT
def up(scenario: str | None, port: int) -> int:
    """Serve the lab until Ctrl-C, and print the variables that point programs to it."""
    with _serving(port) as (lab, endpoint), tempfile.TemporaryDirectory() as folder:
        for name, value in _prepared(lab, endpoint, Path(folder), scenario).items():
            click.echo(f"export {name}={shlex.quote(value)}")
        click.echo("serving until Ctrl-C", err=True)
        try:
            import threading

            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("the lab is gone", err=True)
    return 0


@command.command("shell")
@_SCENARIO
@_PORT
def shell(scenario: str | None, port: int) -> int:
    """Open a subshell in which the AWS CLI and other programs find the lab.

    It signs as the application; --profile gateway assumes the role of the model account, and
    --profile admin-app, admin-ai and admin-management may change the accounts.
    """
    from bedrock_doctor.lab.shell_environment import environment

    with _serving(port) as (lab, endpoint), tempfile.TemporaryDirectory() as folder:
        added = _prepared(lab, endpoint, Path(folder), scenario)
        program = os.environ.get("SHELL") or os.environ.get("COMSPEC") or "/bin/sh"
        click.echo(f"the lab is at {endpoint}; leave it with `exit`", err=True)
        try:
            # the user's own shell, from the user's own environment
            return subprocess.run([program], env=environment(os.environ, added)).returncode  # noqa: S603
        except OSError as failure:
            reason = (failure.strerror or str(failure)).lower()
            raise UsageError(f"the shell `{program}` cannot be started: {reason}") from None


@contextmanager
def _serving(port: int) -> Iterator[tuple[Lab, str]]:
    from bedrock_doctor.lab.lab import Lab
    from bedrock_doctor.lab.server import serving

    lab = Lab()
    with serving(lab, port) as endpoint:
        yield lab, endpoint


def _prepared(lab: Lab, endpoint: str, folder: Path, scenario: str | None) -> dict[str, str]:
    from bedrock_doctor.lab.shell_environment import profiles, variables

    if scenario:
        from bedrock_doctor.lab.play import break_world
        from bedrock_doctor.lab.scenario import find_scenario

        break_world(lab, find_scenario(scenario))
    config = folder / "config"
    config.write_text(profiles(lab), "utf-8")
    return variables(lab, endpoint, config)


def _line(played: Play) -> str:
    state = "; ".join(played.surprises) or "denied, explained, repaired, answered"
    mark = "no" if played.surprises else "ok"
    return f"{mark}  {played.scenario.name:<32} {played.scenario.finding}  {state}"


def _show(played: Play) -> None:
    scenario = played.scenario
    click.echo(f"{scenario.name}: {scenario.title}\n")
    for label, text in (
        ("who", scenario.who),
        ("what broke", scenario.broke),
        ("tried first", scenario.first_try),
    ):
        click.echo(f"  {label:<12} {' '.join(text.split())}")
    click.echo(f"\nThe call:\n  {played.before.text}\n\nThe diagnosis:\n")
    click.echo(_report(played.report))
    click.echo("The fix, made in the lab:")
    for call in scenario.fix:
        click.echo(f"  {call.words}  (in account {call.account})")
    if scenario.fixed_call != scenario.call:
        click.echo("  the application makes its call in another way")
    click.echo(f"\nThe call again:\n  {played.after.text}\n\nThe diagnosis now:\n")
    click.echo(_report(played.report_after))
    for surprise in played.surprises:
        click.echo(f"not as the scenario says: {surprise}", err=True)
    click.echo("The lab decides by this program's own engine: it proves nothing about AWS.")


def _report(report: Report) -> str:
    from bedrock_doctor.render.colour import width_wanted
    from bedrock_doctor.render.text import report_text

    return report_text(report, width=width_wanted(os.environ), colour=False)
