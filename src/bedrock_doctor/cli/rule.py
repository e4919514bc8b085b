"""`bedrock-doctor rule`: the manual pages of findings."""

from __future__ import annotations

import json

import click

from bedrock_doctor.cli.answer_options import form_option, out_option
from bedrock_doctor.errors import UsageError


@click.command("rule", short_help="Show the manual page of a finding or surprise.")
@click.argument("name", metavar="[BDnnn|SLUG]", required=False)
@click.option("--list", "show_list", is_flag=True, help="List all findings.")
@form_option("text", "json", help=None)
@out_option
def command(name: str | None, show_list: bool, format_: str, out: str | None) -> None:
    """Show the manual page of a finding, by its id or slug: what happened, why AWS decides so, how
    to confirm it, how to mend it, what not to do. Surprises of `audit` have such pages too.
    """
    from bedrock_doctor.app import rule, rules, surprise_kinds
    from bedrock_doctor.cli.answer_output import write_answer
    from bedrock_doctor.render.manual import (
        manual_json,
        manual_text,
        surprise_manual_json,
        surprise_manual_text,
    )

    if show_list and name:
        raise UsageError("--list names no finding", help="give either --list or a finding")
    if show_list:
        pages = [manual_json(entry) for entry in rules()]
        rows = "".join(f"{r.id}  {r.slug:<36}  {r.title}\n" for r in rules())
        write_answer(json.dumps(pages, indent=2) + "\n" if format_ == "json" else rows, out)
        return
    if not name:
        raise UsageError(
            "no finding is named", help="bedrock-doctor rule BD312, or bedrock-doctor rule --list"
        )
    surprise = next((kind for kind in surprise_kinds() if kind.slug == name.lower()), None)
    if surprise is not None:
        page = json.dumps(surprise_manual_json(surprise), indent=2) + "\n"
        write_answer(page if format_ == "json" else surprise_manual_text(surprise), out)
        return
    found = rule(name)
    page = json.dumps(manual_json(found), indent=2) + "\n"
    write_answer(page if format_ == "json" else manual_text(found), out)
