"""`bedrock-doctor models`: which models can be called from a Region, and how."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from bedrock_doctor.cli.answer_options import answer_options, color_option, snapshots_option


@click.command("models", short_help="List the models that can be called from a Region, and how.")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option(
    "--region",
    metavar="REGION",
    help="Region of the call. Not given: AWS_REGION or AWS_DEFAULT_REGION.",
)
@snapshots_option("What was collected; repeatable.")
@click.option(
    "--from-account",
    "account",
    metavar="ID",
    help="Account of the snapshot that calls. Needed when the snapshot holds several.",
)
@answer_options(
    "text", "concise", "json", help="concise: one id a line that a call can be made with."
)
@click.option("-v", "--verbose", is_flag=True, help="List the destination Regions.")
@color_option
def command(words: tuple[str, ...], **options: Any) -> int:
    """List the models that can be called from a Region: directly by their id, through which
    inference profiles, with which destination Regions, and where they are in their life. WORDs
    choose models whose id or profile id contains each of them.

    The answer comes from the bundled catalog, and from a snapshot where one is given: what was
    collected of an account wins. Whether an account may use a model is another question, which
    `bedrock-doctor diagnose` answers.

    \b
    Exit codes: 0 models were found; 1 none; 2 usage; 3 not known for this Region.

    \b
    Examples:
      bedrock-doctor models --region eu-central-1
      bedrock-doctor models claude sonnet --region eu-central-1 -v
      bedrock-doctor models --region eu-west-1 --snapshot acme.zip --from-account 444455556666
    """
    from bedrock_doctor.app import models
    from bedrock_doctor.cli.answer_output import (
        layout_of,
        part_of,
        refuse_query_of_text,
        write_answer,
    )
    from bedrock_doctor.render.models_table import models_lines, models_text, models_tree
    from bedrock_doctor.render.page import Page

    refuse_query_of_text(options)
    region = options["region"] or _configured_region()
    listing = models(region, snapshots=options["snapshots"], account=options["account"])
    rows = [row for row in listing.models if _fits(row, words)]
    if options["format_"] == "json":
        data: Any = models_tree(rows, listing, region)
        if options["query"]:
            data = part_of(data, options["query"])
        text = json.dumps(data, indent=2) + "\n"
    elif options["format_"] == "concise":
        text = models_lines(rows)
    else:
        text = models_text(
            rows,
            listing,
            region,
            Page(**layout_of(options["out"], options["color"])),
            verbose=options["verbose"],
        )
    write_answer(text, options["out"])
    if rows:
        return 0
    return 1 if listing.is_complete else 3


def _configured_region() -> str:
    from bedrock_doctor.errors import UsageError

    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise UsageError("missing: `--region`", help="bedrock-doctor models --region eu-central-1")
    return region


def _fits(row: Any, words: tuple[str, ...]) -> bool:
    names = " ".join([row.id, *(profile.id for profile in row.profiles)]).lower()
    return all(word.lower() in names for word in words)
