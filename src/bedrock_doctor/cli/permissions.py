"""`bedrock-doctor permissions`: the policy that collecting needs."""

from __future__ import annotations

from typing import Any

import click

from bedrock_doctor.cli.answer_options import form_option
from bedrock_doctor.errors import UsageError


@click.command("permissions", short_help="Print the policy that collecting needs.")
@click.option(
    "--only",
    metavar="KIND,…",
    help="Kinds of reads: iam, organizations, bedrock, network, quotas, regions, evidence.",
)
@form_option("json", "terraform", "cloudformation", help=None)
@click.option("--as", "caller", metavar="ARN", help="Who starts: only what this attempt needs.")
@click.option("--role", "roles", metavar="ARN", multiple=True, help="A role on the way.")
@click.option("--model", "models", metavar="ID|ARN", multiple=True, help="What is called.")
@click.option("--region", "regions", metavar="REGION", multiple=True, help="Only there.")
@click.option("--account", metavar="ID", help="Only the policy of this account.")
@click.option("-o", "out", metavar="FILE", help="Write the policy to a file.")
def command(only: str | None, format_: str, out: str | None, **attempt: Any) -> None:
    """Print the least read-only policy with which `collect` gets all its answers. It is derived
    from the table of calls that `collect` uses. With --as and --role, one policy for each account
    on the way, narrowed to the roles, resources and Regions of this attempt where IAM can.

    \b
    Examples:
      bedrock-doctor permissions > policy.json
      bedrock-doctor permissions --only organizations --format terraform
      bedrock-doctor permissions --as arn:aws:iam::111122223333:role/app \\
        --role arn:aws:iam::444455556666:role/gateway --region eu-central-1 \\
        --model eu.amazon.nova-lite-v1:0 --account 444455556666
    """
    from bedrock_doctor.app import read_permissions
    from bedrock_doctor.cli.answer_output import write_answer
    from bedrock_doctor.cli.read_groups import groups_of

    principals = (*([attempt["caller"]] if attempt["caller"] else []), *attempt["roles"])
    if attempt["account"] and not principals:
        raise UsageError("--account belongs to an attempt", help="add --as ARN or --role ARN")
    text = read_permissions(
        groups_of(only),
        format_,
        principals=principals,
        models=attempt["models"],
        regions=attempt["regions"],
        account=attempt["account"],
    )
    write_answer(text, out)
