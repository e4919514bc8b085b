"""`bedrock-doctor report`: one attempt as a page to send, and saved reports rendered again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bedrock_doctor.cli.answer_options import form_option
from bedrock_doctor.cli.attempt_options import attempt_options
from bedrock_doctor.cli.live_options import is_live, live_options
from bedrock_doctor.errors import UsageError

if TYPE_CHECKING:
    from bedrock_doctor.model.report import Report


@click.command("report", short_help="Write an attempt as one page to send.")
@click.option(
    "--from",
    "saved",
    metavar="FILE|-",
    help="A saved report: the answer of `diagnose --format json`, or a page made by this command.",
)
@attempt_options
@form_option(
    "html",
    "markdown",
    "json",
    help="html: one self-contained file; markdown: for tickets and pull requests.",
)
@click.option("-o", "out", metavar="FILE", help="Write the page to a file.")
@click.option(
    "--redact",
    type=click.Choice(["none", "accounts", "all"]),
    default="accounts",
    show_default=True,
    help="Replace account ids, or all names, by pseudonyms.",
)
@live_options
def command(**options: Any) -> int:
    """Write a diagnosis as one HTML file that opens from a mail attachment: the verdict, a drawing
    of the way, every layer, the deciding policy text, what mends it, messages to the owners, and
    what was not checked. It loads nothing, needs no script, and carries its own data, so that
    --from renders it again, also as Markdown or JSON.

    What a saved report hides stays hidden; --redact can only hide more. The attempt is asked as by
    diagnose: of snapshots, or of AWS.

    \b
    Exit codes: 0 the page is written, whatever it says; 2 usage or bad input; 4 no usable
    credentials; 5 AWS cannot be asked.

    \b
    Examples:
      bedrock-doctor report --snapshot acme.zip -o why.html \\
        --as arn:aws:iam::111122223333:role/app \\
        --role arn:aws:iam::444455556666:role/gateway \\
        --model eu.amazon.nova-lite-v1:0 --region eu-central-1
      bedrock-doctor report --from result.json -o why.html
      bedrock-doctor report --from why.html --format markdown
    """
    from bedrock_doctor.cli.answer_output import write_answer
    from bedrock_doctor.render.shared import shared_report

    if options["out"] is None and options["format_"] == "html" and sys.stdout.isatty():
        raise UsageError("a page does not belong on a terminal", help="add -o why.html")
    tree = _saved(options) if options["saved"] else _asked(options)
    write_answer(shared_report(tree, options["format_"]), options["out"])
    return 0


def _saved(options: Mapping[str, Any]) -> dict[str, Any]:
    from bedrock_doctor.cli.evidence_options import read_argument_file
    from bedrock_doctor.render.redact import Redaction
    from bedrock_doctor.render.redact_document import redacted_document
    from bedrock_doctor.render.report_reading import read_report

    context = click.get_current_context()
    attempt = set(options) - {"saved", "format_", "out", "redact"}
    if any(context.get_parameter_source(n) is ParameterSource.COMMANDLINE for n in attempt):
        raise UsageError(
            "--from takes a whole report, and the options of an attempt do not change it",
            help="give either --from or the attempt",
        )
    name = options["saved"]
    data = read_argument_file(name)
    path = "standard input" if name == "-" else name
    tree = read_report(data if isinstance(data, bytes) else data.encode(), path)
    return redacted_document(tree, Redaction(options["redact"]))


def _asked(options: Mapping[str, Any]) -> dict[str, Any]:
    from dataclasses import replace

    from bedrock_doctor.render.redact import Redaction, Redactor
    from bedrock_doctor.render.report_json import report_tree

    if options["config"]:
        raise UsageError("--config asks for several attempts", help="name one with --model")
    report = _report(options)
    level = Redaction(options["redact"])
    tree = report_tree(replace(report, redaction=level.value))
    return Redactor(level, report).document(tree)


def _report(options: Mapping[str, Any]) -> Report:
    from bedrock_doctor import app
    from bedrock_doctor.cli.asking_aws import last_denial, live_report, refuse_live
    from bedrock_doctor.cli.evidence_options import evidence_of_options
    from bedrock_doctor.cli.stated_attempt import stated_attempt

    refuse_live(options)
    evidence = evidence_of_options(options["error"], options["event"])
    if is_live(options):
        evidence = evidence.joined(last_denial(options))
        return live_report({**options, "quiet": False}, evidence)
    attempt = stated_attempt(options, evidence.denials)
    snapshot = app.load_snapshot(options["snapshots"])
    report = app.diagnose(attempt, snapshot, evidence.denials, evidence.policies)
    return app.with_plan(report, snapshot)
