"""`bedrock-doctor compare`: two attempts side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.answer_options import answer_options, color_option, redact_for_others_option
from bedrock_doctor.cli.answer_output import layout_of, part_of, refuse_query_of_text
from bedrock_doctor.cli.attempt_options import attempt_options
from bedrock_doctor.cli.rendering import Renderers, write_rendered
from bedrock_doctor.errors import UsageError

if TYPE_CHECKING:
    from bedrock_doctor.model.comparison import Comparison

_SHARED = ("markdown", "html")
_EVIDENCE = ("error", "event", "config")


@click.command("compare", short_help="Put two attempts side by side: where do they part?")
@attempt_options
@click.option(
    "--other",
    "others",
    multiple=True,
    metavar="KEY=VALUE",
    help="What the other attempt does differently: the name of an option above and its value, "
    "for example as=ARN; an empty value takes the option away; repeatable.",
)
@answer_options("text", "json", "markdown", "html")
@redact_for_others_option
@color_option
def command(**options: Any) -> int:
    """Put two attempts side by side and name the first layer at which they part: it works in the
    model's account and fails from here, it worked yesterday, it works for the colleague.

    The first attempt is stated as for diagnose. The other one is the same but for what --other
    says. What --error and --event tell is held against the first attempt alone.

    \b
    Exit codes: 0 they fare alike in every layer; 1 they part; 2 usage or bad input; 3 cannot tell.

    \b
    Examples:
      works in the model's account, fails from here:
        bedrock-doctor compare --snapshot acme.zip \\
          --as arn:aws:iam::111122223333:role/app \\
          --role arn:aws:iam::444455556666:role/gateway \\
          --model eu.amazon.nova-lite-v1:0 --region eu-central-1 \\
          --other as=arn:aws:iam::444455556666:role/gateway --other role=
      worked with yesterday's snapshot:
        bedrock-doctor compare --snapshot today.zip ... --other snapshot=yesterday.zip
    """
    from bedrock_doctor import app
    from bedrock_doctor.cli.evidence_options import evidence_of_options
    from bedrock_doctor.cli.stated_attempt import stated_attempt

    refuse_query_of_text(options)
    if options["config"]:
        raise UsageError("--config asks for several attempts", help="name one with --model")
    if not options["others"]:
        raise UsageError(
            "nothing is said about the other attempt", help="add --other KEY=VALUE, e.g. --other "
            "as=arn:aws:iam::444455556666:role/gateway --other role=",
        )  # fmt: skip
    changed = other_options(options)
    if not options["snapshots"] or not changed["snapshots"]:
        raise UsageError("compare answers from snapshots", help="add --snapshot PATH")
    evidence = evidence_of_options(options["error"], options["event"])
    left = stated_attempt(options, evidence.denials)
    right = stated_attempt(changed, evidence.denials)
    snapshot = app.load_snapshot(options["snapshots"])
    same = changed["snapshots"] == options["snapshots"]
    beside = snapshot if same else app.load_snapshot(changed["snapshots"])
    comparison = app.compare(
        app.diagnose(left, snapshot, evidence.denials, evidence.policies),
        app.diagnose(right, beside),
    )
    write_rendered(options["format_"], _renderers(comparison, options), options["out"])
    return {"no": 0, "yes": 1, "perhaps": 3}[comparison.parting]


def other_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the other attempt.

    Raises:
        UsageError: `--other` names no option of an attempt, or has no value that fits.
    """
    known = _known_options()
    changed: dict[str, list[str]] = {}
    for text in options["others"]:
        key, equals, value = text.partition("=")
        if not equals or key.lstrip("-") not in known:
            raise UsageError(
                f"--other `{text}` names no option of an attempt",
                help=f"expected KEY=VALUE with KEY one of {', '.join(known)}",
            )
        values = changed.setdefault(key.lstrip("-"), [])
        values += [value] if value else []
    result = dict(options)
    context = click.get_current_context()
    for key, values in changed.items():
        option = known[key]
        if not option.multiple and len(values) > 1:
            raise UsageError(f"--other `{key}` is given twice")
        given: Any = tuple(values) if option.multiple else (values[0] if values else None)
        try:
            result[str(option.name)] = option.type_cast_value(context, given)
        except click.BadParameter as error:
            raise UsageError(f"--other `{key}={values[0]}`: {error.message.rstrip('.')}") from None
    return result


def _known_options() -> dict[str, click.Option]:
    """The options of an attempt by name, without those that bring evidence."""
    own = {"others", "format_", "query", "out", "redact", "color", "help", *_EVIDENCE}
    return {
        option.opts[0].lstrip("-"): option
        for option in command.params
        if isinstance(option, click.Option) and option.name not in own
    }


def _renderers(comparison: Comparison, options: Mapping[str, Any]) -> Renderers:
    from bedrock_doctor.render.comparison_json import comparison_tree
    from bedrock_doctor.render.redact import Redaction, Redactor

    level = Redaction(
        options["redact"] or ("accounts" if options["format_"] in _SHARED else "none")
    )
    left, right = (
        replace(report, redaction=level.value) for report in (comparison.left, comparison.right)
    )
    redactor = Redactor(level, left, right)
    tree = redactor.document(comparison_tree(replace(comparison, left=left, right=right)))

    def text() -> str:
        from bedrock_doctor.render.comparison_text import comparison_text

        return comparison_text(tree, **layout_of(options["out"], options["color"]))

    def as_json() -> str:
        part = part_of(tree, options["query"]) if options["query"] else tree
        return json.dumps(part, indent=2) + "\n"

    def markdown() -> str:
        from bedrock_doctor.render.comparison_markdown import comparison_markdown

        return comparison_markdown(tree)

    def page() -> str:
        from bedrock_doctor.render.html.comparison_page import comparison_page

        return comparison_page(tree)

    return {"text": text, "json": as_json, "markdown": markdown, "html": page}
