"""`bedrock-doctor collect`: one account into a snapshot."""

from __future__ import annotations

import sys
from typing import Any

import click

from bedrock_doctor.cli.redact_options import redact_options


@click.command("collect", short_help="Read one account into a snapshot.")
@click.option("--profile", metavar="NAME", help="A profile of the AWS config files.")
@click.option("--target-profile", metavar="NAME", help="A profile that reads a second account.")
@click.option(
    "--org-profile",
    metavar="NAME",
    help="A profile of the management account or a delegated administrator: reads SCPs and RCPs.",
)
@click.option("--region", "regions", metavar="REGION", multiple=True, help="Repeatable.")
@click.option(
    "--model", "models", metavar="ID|ARN", multiple=True, help="Read access to it. Repeatable."
)
@click.option("--as", "caller", metavar="ARN", help="Of IAM, read only this role, user or session.")
@click.option("--role", "roles", metavar="ARN", multiple=True, help="Like --as; repeatable.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Read all that can be listed, also what an attempt with --as, --role and --model needs "
    "not.",
)
@click.option(
    "--only",
    metavar="KIND,…",
    help="Kinds of reads: iam, organizations, bedrock, network, quotas, regions, evidence.",
)
@click.option("--endpoint-url", metavar="URL", help="All calls go there, not to AWS.")
@click.option("--resume", is_flag=True, help="Continue a collection that was interrupted.")
@click.option("-o", "out", metavar="DIR|FILE.zip", required=True, help="Where the snapshot goes.")
@redact_options
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(**options: Any) -> int:
    """Read the account of the credentials into a snapshot that diagnoses can be made from. Only
    reading calls are made; every other one is refused before it is sent. Calls that AWS refuses are
    recorded in snapshot.json, and stay unknown in a diagnosis. Forms, prompts, what guardrails look
    for, and secrets are not stored.

    \b
    Exit codes: 0 all was read; 4 no usable credentials; 5 AWS refused or failed some reads, the
    snapshot holds the others; 130 interrupted, --resume continues.

    \b
    Examples:
      bedrock-doctor collect --profile gateway --region eu-central-1 -o target.zip
      bedrock-doctor collect --profile org --only organizations -o org.zip
      bedrock-doctor collect --profile app --target-profile ai --org-profile org -o all.zip
    """
    from bedrock_doctor.app import collect
    from bedrock_doctor.cli.read_groups import groups_of
    from bedrock_doctor.collect.save_joined import RedactOptions
    from bedrock_doctor.live.collecting import CollectRequest
    from bedrock_doctor.live.reads import Group
    from bedrock_doctor.render.printable import printable

    def say(text: str) -> None:
        if not options["quiet"]:
            click.echo(printable(text), err=True)

    detail = say if sys.stderr.isatty() else lambda _: None
    principals = (*([options["caller"]] if options["caller"] else []), *options["roles"])
    collected = collect(
        CollectRequest(
            options["out"],
            profile=options["profile"],
            target_profile=options["target_profile"],
            org_profile=options["org_profile"],
            endpoint_url=options["endpoint_url"],
            regions=options["regions"],
            models=options["models"],
            principals=principals,
            everything=options["everything"],
            groups=[Group(group) for group in groups_of(options["only"])],
            resume=options["resume"],
            redact=RedactOptions(options["redact"], options["redact_key"], options["pseudonyms"]),
        ),
        detail,
    )
    for region, call, code in collected.refused:
        say(f"not read: {call}{f' in {region}' if region else ''}: {code}")
    many = "s" if len(collected.accounts) > 1 else ""
    are = "are" if many else "is"
    say(f"account{many} {', '.join(collected.accounts)} {are} in {collected.path}")
    return 5 if collected.refused else 0
