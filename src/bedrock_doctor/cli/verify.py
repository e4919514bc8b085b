"""`bedrock-doctor verify`: a plan held against a newer snapshot."""

from __future__ import annotations

import json
from typing import Any

import click

from bedrock_doctor.cli.answer_options import answer_options, snapshots_option
from bedrock_doctor.model.report import Verdict


@click.command("verify", short_help="Hold a plan against a newer snapshot.")
@click.argument("plan", metavar="PLAN")
@snapshots_option("What was collected after the change; repeatable.")
@click.option(
    "--before",
    "olds",
    multiple=True,
    metavar="PATH",
    help="What the plan was made from: everything else that changed is told; repeatable.",
)
@click.option(
    "--option",
    "number",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Which of the plans was carried out.",
)
@answer_options("text", "json")
def command(**options: Any) -> int:
    """Say whether a plan was carried out: is the attempt allowed now, is every document as planned,
    and does anything else decide otherwise than the plan foresaw? PLAN is what `bedrock-doctor fix
    --format json` printed, or - for standard input.

    \b
    Exit codes: 0 fixed, and as planned; 1 still denied, or something else is different;
    2 usage or bad input; 3 cannot tell.

    \b
    Example:
      bedrock-doctor fix … --format json -o plan.json
      bedrock-doctor verify plan.json --before old.zip --snapshot new.zip
    """
    from bedrock_doctor import app
    from bedrock_doctor.cli.answer_output import part_of, refuse_query_of_text, write_answer
    from bedrock_doctor.cli.evidence_options import read_argument_file
    from bedrock_doctor.errors import UsageError
    from bedrock_doctor.render.verification_text import verification_text, verification_tree

    if not options["snapshots"]:
        raise UsageError("missing: `--snapshot`", help="collect a new snapshot after the change")
    refuse_query_of_text(options)
    data = read_argument_file(options["plan"])
    data = data.encode() if isinstance(data, str) else data
    saved = app.read_plan(data, options["plan"], options["number"])
    before = app.load_snapshot(options["olds"]) if options["olds"] else None
    found = app.verify(saved, app.load_snapshot(options["snapshots"]), before)
    if options["format_"] == "json":
        tree: Any = verification_tree(found)
        part = part_of(tree, options["query"]) if options["query"] else tree
        write_answer(json.dumps(part, indent=2) + "\n", options["out"])
    else:
        write_answer(verification_text(found), options["out"])
    if found.report.verdict is Verdict.UNKNOWN:
        return 3
    return 0 if found.fixed and found.as_planned else 1
