"""`bedrock-doctor fix`: the change that mends an attempt, proved before it is shown."""

from __future__ import annotations

import json
from typing import Any

import click

from bedrock_doctor.cli.answer_options import form_option, query_option
from bedrock_doctor.cli.attempt_options import attempt_options
from bedrock_doctor.model.fix import Plan
from bedrock_doctor.model.report import Report, Verdict

_FORMS = ("diff", "json", "cli", "terraform", "cloudformation", "message")


@click.command("fix", short_help="Show the changes that mend an attempt, and prove them.")
@click.argument("finding", metavar="[BDnnn]", required=False)
@attempt_options
@form_option(*_FORMS, help="terraform and cloudformation carry the documents of one account.")
@click.option("--option", "number", type=click.IntRange(1), default=1, metavar="N",
              help="Which of the plans; 1 is the smallest that opens least.")  # fmt: skip
@query_option
@click.option("--owner", metavar="ID", help="Only the changes that this account makes.")
@click.option(
    "-o",
    "out",
    metavar="PATH",
    help="Write the answer to a file; to a directory (it exists, or ends with /): one file for "
    "each account, in every form unless --format names one.",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> int:
    """Show what turns a denied attempt to allow: who changes which policy of which account, or how
    the application calls otherwise, and what else that opens. All documents are changed in memory
    and every check is evaluated again: with all changes it must allow, without any one edit it
    must still be denied. Of the smallest plans the one that opens least comes first; --option
    shows another. What no policy change mends is said. With a finding only its fixes are shown.

    Nothing is applied to AWS.

    \b
    Exit codes: 0 nothing to mend, or a proved plan; 1 a part stays denied; 2 usage or bad input;
    3 cannot tell.

    \b
    Example:
      bedrock-doctor fix --snapshot acme.zip \\
        --as arn:aws:iam::111122223333:role/app \\
        --role arn:aws:iam::444455556666:role/gateway \\
        --model eu.amazon.nova-lite-v1:0 --region eu-central-1 --format cli
    """
    from click.core import ParameterSource

    from bedrock_doctor import app
    from bedrock_doctor.cli.answer_output import refuse_query_of_text
    from bedrock_doctor.cli.evidence_options import evidence_of_options
    from bedrock_doctor.cli.fix_files import is_directory, write_files
    from bedrock_doctor.cli.stated_attempt import stated_attempt
    from bedrock_doctor.errors import UsageError

    refuse_query_of_text(options)
    if options["config"]:
        raise UsageError("--config asks for several attempts", help="name one with --model")
    evidence = evidence_of_options(options["error"], options["event"])
    attempt = stated_attempt(options, evidence.denials)
    snapshot = app.load_snapshot(options["snapshots"])
    report = app.diagnose(attempt, snapshot, evidence.denials, evidence.policies)
    plan = _wanted(app.fix(report, snapshot), report, options)
    if options["out"] and is_directory(options["out"]):
        stated = ctx.get_parameter_source("format_") is not ParameterSource.DEFAULT
        forms = (options["format_"],) if stated else _FORMS
        write_files(plan, report, options["number"], forms, options["out"])
    else:
        from bedrock_doctor.cli.answer_output import write_answer

        write_answer(_answer(plan, report, options), options["out"])
    if plan.needed:
        return 0 if plan.options[options["number"] - 1].proved else 1
    return 0 if report.verdict is Verdict.ALLOW else 3


def _wanted(plan: Plan, report: Report, options: dict[str, Any]) -> Plan:
    """The plan with the fixes of one finding or owner only, where one is named."""
    from bedrock_doctor import app
    from bedrock_doctor.errors import UnknownName, UsageError

    if options["number"] > len(plan.options):
        count = len(plan.options)
        raise UsageError(
            f"there is no option {options['number']}",
            help=f"there {'are' if count > 1 else 'is'} {count}: leave out --option for the first",
        )
    finding = app.rule(options["finding"]).id if options["finding"] else None
    if finding and finding not in {entry.id for entry in report.findings}:
        found = ", ".join(dict.fromkeys(f.id for f in report.findings if f.blocking)) or "none"
        raise UnknownName(f"{finding} is no finding of this attempt", help=f"it has: {found}")
    return app.part_of_plan(plan, finding=finding, owner=options["owner"])


def _answer(plan: Plan, report: Report, options: dict[str, Any]) -> str:
    from bedrock_doctor.cli.answer_output import part_of
    from bedrock_doctor.cli.fix_files import answer

    if options["query"]:
        from bedrock_doctor.render.plan_json import plan_tree

        return json.dumps(part_of(plan_tree(plan, report), options["query"]), indent=2) + "\n"
    return answer(plan, report, options["number"], options["format_"])
