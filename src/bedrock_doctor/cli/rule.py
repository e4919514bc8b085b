"""`bedrock-doctor rule`: the manual pages of findings."""

from __future__ import annotations

import difflib
import json

import click

from bedrock_doctor.errors import UnknownName, UsageError


@click.command("rule", short_help="Show the manual page of a finding.")
@click.argument("name", required=False)
@click.option("--list", "show_list", is_flag=True, help="List all findings.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(name: str | None, show_list: bool, format_: str) -> None:
    """Show the manual page of a finding, by its id or slug: what happened, why AWS decides so, how
    to confirm it, how to mend it, what not to do.
    """
    from bedrock_doctor.diagnose.registry import BY_SLUG, RULES, find_rule
    from bedrock_doctor.render.manual import manual_json, manual_text

    if show_list:
        if format_ == "json":
            click.echo(json.dumps([manual_json(rule) for rule in RULES], indent=2))
            return
        for rule in RULES:
            click.echo(f"{rule.id}  {rule.slug:<34}  {rule.title}")
        return
    if not name:
        raise UsageError(
            "no finding is named", help="bedrock-doctor rule BD312, or bedrock-doctor rule --list"
        )
    rule_found = find_rule(name)
    if rule_found is None:
        near = difflib.get_close_matches(name.lower(), BY_SLUG, 1)
        help_text = f"did you mean `{near[0]}`" if near else "bedrock-doctor rule --list"
        raise UnknownName(f"no such finding: `{name}`", help=help_text)
    if format_ == "json":
        click.echo(json.dumps(manual_json(rule_found), indent=2))
    else:
        click.echo(manual_text(rule_found), nl=False)
