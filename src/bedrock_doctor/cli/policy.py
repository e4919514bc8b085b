"""`bedrock-doctor policy`: the least policies for a way."""

from __future__ import annotations

import json
from typing import Any

import click

from bedrock_doctor.authoring.draft import Part
from bedrock_doctor.cli.answer_options import answer_options, snapshots_option
from bedrock_doctor.model.attempt import Operation


@click.command("policy", short_help="Write the least policies for a way, and prove them.")
@click.option("--model", metavar="ID|ARN", required=True, help="Model, inference profile or ARN.")
@click.option("--region", metavar="REGION", required=True, help="Region whose endpoint is called.")
@click.option("--operation", type=click.Choice([o.value for o in Operation]), default="converse")
@click.option("--as", "caller", metavar="ARN", help="The role or user that starts.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ARN",
    help="A role that is assumed; repeat for a chain, in order. The last calls the model.",
)
@click.option(
    "--account",
    metavar="ID",
    help="Account of the call, where no ARN is given; else: only documents of this account.",
)
@click.option("--service-role", metavar="ARN", help="Role that a batch job runs as.")
@click.option("--input-s3", metavar="S3URI", help="Input of a batch job.")
@click.option("--output-s3", metavar="S3URI", help="Output of a batch job.")
@click.option("--project", metavar="ID|ARN", help="Project of bedrock-mantle or Responses.")
@click.option("--external-id", metavar="ID", help="ExternalId that the trust policies shall want.")
@click.option("--session-tags", is_flag=True, help="The caller passes session tags.")
@click.option("--guardrail", metavar="ID", help="Guardrail sent with the call.")
@click.option("--api-key", type=click.Choice(["short", "long"]), help="Calls use an API key.")
@snapshots_option("What was collected; repeatable.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice([part.value for part in Part]),
    help="Print these documents only; repeatable.",
)
@answer_options(
    "text",
    "json",
    "cli",
    "terraform",
    "cloudformation",
    help="cli, terraform and cloudformation carry the documents of one account.",
)
def command(**options: Any) -> int:
    """Write the least policies that let one way to a model pass: permissions of the role with the
    profile and every destination Region, its trust policy, the caller's own permissions, the policy
    of a VPC endpoint, and the exception that a Region fence of the organization needs. A chain of
    roles has a trust policy and a permission for each step; a batch job has those of the role that
    it runs as.

    Every document is evaluated before it is printed: the way passes, and its neighbours (another
    model, another profile, the model without its profile, another caller or ExternalId) do not.

    \b
    Exit codes: 0 written; 2 usage, or a way that cannot be written.

    \b
    Examples:
      bedrock-doctor policy --model eu.amazon.nova-lite-v1:0 --region eu-central-1 \\
        --account 444455556666
      bedrock-doctor policy --model eu.amazon.nova-lite-v1:0 --region eu-central-1 \\
        --as arn:aws:iam::111122223333:role/app --role arn:aws:iam::444455556666:role/gateway \\
        --external-id acme --part trust --format json --query 'policies[0].document'
    """
    from bedrock_doctor.app import load_snapshot, policies
    from bedrock_doctor.authoring.placement import artifacts_of, of_account
    from bedrock_doctor.cli.answer_output import (
        layout_of,
        part_of,
        refuse_query_of_text,
        write_answer,
    )
    from bedrock_doctor.model.snapshot import Snapshot
    from bedrock_doctor.render.draft_text import draft_text, draft_tree
    from bedrock_doctor.render.page import Page

    account = options["account"] if options["caller"] else None
    refuse_query_of_text(options)
    snapshot = load_snapshot(options["snapshots"]) if options["snapshots"] else Snapshot()
    draft = policies(_attempt(options), snapshot, named=bool(options["caller"]))
    if account is not None:
        draft = of_account(draft, account)
    chosen = tuple(Part(name) for name in options["parts"])
    parts = chosen or tuple(Part)
    if options["format_"] in ("cli", "terraform", "cloudformation"):
        text = _template(options["format_"], artifacts_of(draft, chosen))
    elif options["format_"] == "json":
        data: Any = draft_tree(draft, parts)
        if options["query"]:
            data = part_of(data, options["query"])
        text = json.dumps(data, indent=2) + "\n"
    else:
        text = draft_text(draft, parts, Page(**layout_of(options["out"])))
    write_answer(text, options["out"])
    return 0


def _template(form: str, artifacts: Any) -> str:
    if form == "terraform":
        from bedrock_doctor.fix.artifacts.terraform import terraform

        return terraform(artifacts)
    if form == "cloudformation":
        from bedrock_doctor.fix.artifacts.cloudformation import cloudformation

        return cloudformation(artifacts)
    from bedrock_doctor.fix.artifacts.aws_cli import aws_cli

    return aws_cli(artifacts)


def _attempt(options: dict[str, Any]) -> Any:
    from bedrock_doctor.errors import UsageError
    from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions

    caller, roles = options["caller"], options["roles"]
    if roles and not caller:
        raise UsageError("missing: `--as`", help="who assumes the role? add --as ARN")
    if options["external_id"] and not roles:
        raise UsageError("`--external-id` belongs to a role", help="add --role ARN")
    if not caller:
        caller = _unnamed_caller(options["account"], options["region"])
    hop = HopOptions(
        external_id=options["external_id"],
        session_tags={"tag": "value"} if options["session_tags"] else {},
    )
    return Attempt(
        caller=caller,
        roles=roles,
        model=options["model"],
        region=options["region"],
        operation=Operation(options["operation"]),
        hops=(hop,) * len(roles),
        guardrail=options["guardrail"],
        api_key=ApiKey(options["api_key"]) if options["api_key"] else None,
        service_role=options["service_role"],
        input_s3=options["input_s3"],
        output_s3=options["output_s3"],
        project=options["project"],
    )


def _unnamed_caller(account: str | None, region: str) -> str:
    """A role of the account that stands for whoever calls."""
    from bedrock_doctor.catalog.partitions import partition_of_region
    from bedrock_doctor.errors import UsageError

    if not account:
        raise UsageError("missing: `--as` or `--account`", help="whose profile is called?")
    if not (len(account) == 12 and account.isdecimal()):
        raise UsageError(f"--account `{account}` is no account id", help="expected 12 digits")
    return f"arn:{partition_of_region(region) or 'aws'}:iam::{account}:role/caller"
