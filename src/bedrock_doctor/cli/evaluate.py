"""`bedrock-doctor evaluate`: raw policy evaluation of JSONL cases."""

from __future__ import annotations

import sys
from typing import BinaryIO

import click
import msgspec

from bedrock_doctor.evaluate.cases import Timing, evaluate_cases


@click.command("evaluate", short_help="Evaluate policies for JSONL cases.")
@click.argument("source", metavar="[FILE|-]", type=click.File("rb"), default="-")
@click.option("--timing", is_flag=True, help="Print decisions per second to stderr.")
def command(source: BinaryIO, timing: bool) -> int:
    """Evaluate policies for requests, one JSON object a line, and print one answer a line.

    A case holds `request` (principal, action, resource, resource_account, context) and the
    policies that may bind it: identity_policies, resource_policy (for sts:AssumeRole the trust
    policy), boundary, session_policy, vpce_policy, scp_levels and rcp_levels (root first, account
    last).

    The verdict is Allowed, ImplicitlyDenied, ExplicitlyDenied or Unknown; a line that cannot be
    read gives `error`, the others are still answered, and the exit code is 2.
    """
    measured = Timing()
    failed = False
    out = sys.stdout
    encode = msgspec.json.Encoder().encode
    for result in evaluate_cases(source, measured):
        failed = failed or result["verdict"] == "error"
        out.write(encode(result).decode() + "\n")
    out.flush()
    if timing:
        rate = measured.decisions / measured.seconds if measured.seconds else 0.0
        click.echo(
            f"{measured.decisions} decisions in {measured.seconds:.3f} s: {rate:.0f}/s", err=True
        )
    return 2 if failed else 0
