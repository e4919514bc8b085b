"""`bedrock-doctor fix`: the change that mends an attempt, proved before it is shown."""

from __future__ import annotations

import json
from typing import Any

import click

from bedrock_doctor.cli.attempt_options import attempt_options
from bedrock_doctor.model.fix import Plan
from bedrock_doctor.model.report import Report, Verdict


@click.command("fix", short_help="Show the policy changes that mend an attempt, and prove them.")
@attempt_options
@click.option(
    "--format",
    "--output",
    "format_",
    type=click.Choice(["diff", "json", "cli", "terraform", "cloudformation", "message"]),
    default="diff",
    show_default=True,
    help="terraform and cloudformation carry the documents of one account.",
)
@click.option("--query", metavar="JMESPATH", help="Part of the JSON answer.")
@click.option("--owner", metavar="ID", help="Only the changes that this account makes.")
@click.option("-o", "out", metavar="FILE", help="Write the answer to a file.")
def command(**options: Any) -> int:
    """Show the policy changes that turn a denied attempt to allow: which account changes which
    document, where, and what else that opens. All documents are changed in memory and every check
    is evaluated again: with all changes it must allow, without any one edit it must still be
    denied. What no policy change mends is said.

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
    from bedrock_doctor import app
    from bedrock_doctor.cli.answer_output import write_answer
    from bedrock_doctor.cli.evidence_options import evidence_of_options
    from bedrock_doctor.cli.stated_attempt import stated_attempt
    from bedrock_doctor.errors import UsageError

    if options["query"] and options["format_"] != "json":
        raise UsageError("--query works on JSON only", help="add --format json")
    if options["config"]:
        raise UsageError("--config asks for several attempts", help="name one with --model")
    evidence = evidence_of_options(options["error"], options["event"])
    attempt = stated_attempt(options, evidence.denials)
    snapshot = app.load_snapshot(options["snapshots"])
    report = app.diagnose(attempt, snapshot, evidence.denials, evidence.policies)
    plan = app.fix(report, snapshot)
    write_answer(_answer(plan, report, options), options["out"])
    if plan.needed:
        return 0 if plan.proved else 1
    return 0 if report.verdict is Verdict.ALLOW else 3


def _answer(plan: Plan, report: Report, options: dict[str, Any]) -> str:
    from dataclasses import replace

    from bedrock_doctor.cli.answer_output import part_of
    from bedrock_doctor.render.fix_text import plan_text, plan_tree

    if options["owner"]:
        documents = tuple(d for d in plan.documents if d.owner == options["owner"])
        plan = replace(plan, documents=documents)
    if options["format_"] == "diff":
        return plan_text(plan)
    if options["format_"] == "message":
        from bedrock_doctor.render.fix_message import plan_messages

        return plan_messages(plan, report)
    if options["format_"] == "json":
        data: Any = plan_tree(plan)
        if options["query"]:
            data = part_of(data, options["query"])
        return json.dumps(data, indent=2) + "\n"
    return _artifacts(plan, options["format_"])


def _artifacts(plan: Plan, form: str) -> str:
    from bedrock_doctor.errors import UsageError
    from bedrock_doctor.fix.artifacts.changed import changed_artifacts
    from bedrock_doctor.model.policy import PolicyKind

    owners = sorted({document.owner for document in plan.documents})
    if form != "cli" and len(owners) > 1:
        raise UsageError(
            f"a template is for one account; these changes are for {', '.join(owners)}",
            help=f"add --owner {owners[0]}",
        )
    artifacts = changed_artifacts(plan.documents)
    if form == "cli":
        from bedrock_doctor.fix.artifacts.aws_cli import aws_cli

        passed = sum(d.policy.kind is PolicyKind.SESSION for d in plan.documents)
        note = "# the caller passes the session policy itself: see --format diff\n"
        state = "" if plan.proved else "# not proved to be enough: see --format diff\n"
        return state + (note if passed else "") + aws_cli(artifacts)
    if not artifacts:
        raise UsageError("there is nothing to write as a template", help="see --format diff")
    if form == "terraform":
        from bedrock_doctor.fix.artifacts.terraform import terraform

        return terraform(artifacts)
    from bedrock_doctor.fix.artifacts.cloudformation import cloudformation

    return cloudformation(artifacts)
