"""`bedrock-doctor whoami`: which identity signs a call to Amazon Bedrock from here."""

from __future__ import annotations

import json
from typing import Any

import click

from bedrock_doctor.cli.answer_options import answer_options, color_option, quiet_option


@click.command("whoami", short_help="Show which identity signs here, and what it shadows.")
@click.option("--profile", metavar="NAME", help="A profile of the AWS config files.")
@click.option("--region", metavar="REGION", help="The Region, in place of the configured one.")
@click.option("--endpoint-url", metavar="URL", help="AWS STS is asked there, not at AWS.")
@click.option("--offline", is_flag=True, help="Read the configuration only; ask nobody.")
@click.option("-v", "--verbose", is_flag=True, help="List every source of credentials, in order.")
@answer_options("text", "json", help=None)
@color_option
@quiet_option
def command(**options: Any) -> int:
    """Show which identity signs a call to Amazon Bedrock from here, as botocore resolves it: what
    wins, what it shadows and why, the roles that the profile assumes, and the settings that change
    where calls go. No secret is read, shown or stored by bedrock-doctor.

    Credentials are resolved as the SDK would do it: roles of the profile are assumed, and
    credential_process is run. AWS STS is asked who they are. With --offline nothing is run, and
    nobody is asked.

    \b
    Exit codes: 0 nothing found; 1 something is to be mended; 4 no usable credentials.

    \b
    Examples:
      bedrock-doctor whoami
      bedrock-doctor whoami --profile gateway -v
      bedrock-doctor whoami --format json --query identity.arn
    """
    from bedrock_doctor.app import whoami
    from bedrock_doctor.cli.answer_output import part_of, refuse_query_of_text, write_answer
    from bedrock_doctor.model.signer import Level

    refuse_query_of_text(options)
    signer = whoami(
        profile=options["profile"],
        region=options["region"],
        endpoint_url=options["endpoint_url"],
        offline=options["offline"],
    )
    if not options["quiet"]:
        if options["format_"] == "json":
            from bedrock_doctor.render.signer_json import signer_json

            data: Any = signer_json(signer)
            if options["query"]:
                data = part_of(data, options["query"])
            text = json.dumps(data, indent=2) + "\n"
        else:
            text = _text(signer, options)
        write_answer(text, options["out"])
    if not signer.usable:
        return 4
    return 1 if any(c.level in (Level.ERROR, Level.WARNING) for c in signer.checks) else 0


def _text(signer: Any, options: dict[str, Any]) -> str:
    from bedrock_doctor.cli.answer_output import layout_of
    from bedrock_doctor.render.page import Page
    from bedrock_doctor.render.signer_text import signer_text

    page = Page(**layout_of(options["out"], options["color"]))
    return signer_text(signer, page, verbose=options["verbose"])
