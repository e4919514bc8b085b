"""`bedrock-doctor permissions`: the policy that collecting needs."""

from __future__ import annotations

import click


@click.command("permissions", short_help="Print the policy that collecting needs.")
@click.option(
    "--only",
    metavar="KIND,…",
    help="Kinds of reads: iam, organizations, bedrock, network, quotas, regions, evidence.",
)
@click.option(
    "--format",
    "--output",
    "format_",
    type=click.Choice(["json", "terraform", "cloudformation"]),
    default="json",
    show_default=True,
)
@click.option("-o", "out", metavar="FILE", help="Write the policy to a file.")
def command(only: str | None, format_: str, out: str | None) -> None:
    """Print the least read-only policy with which `collect` gets all its answers. It is derived
    from the table of calls that `collect` uses.

    \b
    Examples:
      bedrock-doctor permissions > policy.json
      bedrock-doctor permissions --only organizations --format terraform
    """
    from bedrock_doctor.app import read_permissions
    from bedrock_doctor.cli.answer_output import write_answer
    from bedrock_doctor.cli.read_groups import groups_of

    write_answer(read_permissions(groups_of(only), format_), out)
