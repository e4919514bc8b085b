"""`bedrock-doctor audit`: who can reach which model from where, over a whole snapshot."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bedrock_doctor.cli.answer_options import (
    Decorator,
    answer_options,
    color_option,
    jobs_option,
    redact_option,
    snapshots_option,
    spark_option,
)
from bedrock_doctor.cli.answer_output import (
    layout_of,
    part_of,
    refuse_query_of_text,
    write_answer,
)
from bedrock_doctor.cli.audit_forms import (
    FORMS,
    is_narrowed,
    refuse_form,
    surprises_tree,
    surprises_words,
    write_difference,
    write_surprises,
    write_table_or_page,
)
from bedrock_doctor.cli.progress import Progress
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import Attempt

if TYPE_CHECKING:
    from bedrock_doctor.model.audit import Audit
    from bedrock_doctor.model.missing import Missing
    from bedrock_doctor.model.report import Report
    from bedrock_doctor.model.snapshot import Snapshot

_DEPTH = click.option(
    "--depth",
    type=click.IntRange(1, 8),
    default=3,
    show_default=True,
    help="How many roles a chain may have.",
)


def _shared(*forms: str) -> Decorator:
    """The options that all questions have.

    Args:
        forms: of the answer, the first one where none is asked for.
    """
    extra = "; parquet needs the extra `lake`" if "parquet" in forms else ""
    options = (
        snapshots_option(),
        _DEPTH,
        answer_options(*forms, help=f"Form of the answer{extra}."),
        redact_option,
        jobs_option("Processes to work with. Not given: all cores, for many accounts."),
        spark_option("Work on Apache Spark, as with scan. Needs the extra `spark`."),
        color_option,
    )
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


_MODEL = click.option(
    "--model", metavar="ID", required=True, help="Id of a model or an inference profile."
)
_REGION = click.option("--region", metavar="REGION", help="Only calls from this Region.")
_AS = click.option(
    "--as", "caller", metavar="ARN", required=True, help="Who: ARN of a role, user or session."
)


@click.group(
    "audit",
    invoke_without_command=True,
    short_help="Tell who can reach which model from where, over a whole snapshot.",
)
@_shared(*FORMS)
@click.option(
    "--diff",
    "before",
    metavar="PATH",
    help="Tell what changed since this older snapshot: who gained and who lost which model.",
)
@click.option(
    "--model", "models", metavar="ID", multiple=True, help="Only this model or profile. Repeatable."
)
@click.option(
    "--region", "regions", metavar="REGION", multiple=True, help="Only calls from it. Repeatable."
)
@click.option(
    "--account", "accounts", metavar="ID", multiple=True, help="Show only this one. Repeatable."
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Name every model, and show all surprises and changes."
)
def command(**options: Any) -> int:
    """Tell who can reach which model from where: every role and user of a snapshot against every
    model and inference profile in every Region, itself and over all chains of roles; also other
    accounts, identity providers, AWS services and anybody, where a trust policy lets them in.

    Each answer is allowed, blocked, half-blocked (some destination Regions of a profile are closed)
    or unknown, with what would settle it. Without a question: the whole picture, by account, and
    what is surprising about it; as a heat map (html), or as rows for tables (csv, parquet).

    With --diff: who gained and who lost access since an older snapshot, over which roles.

    \b
    Exit codes: 0 answered; 2 usage or bad input; 3 answered, but documents or roles and users that
    the snapshot does not hold leave answers unknown; 130 interrupted, after what was done. With
    --diff: 0 nobody gained access; 1 somebody did; 3 nobody did, but of somebody it cannot be told
    any more.

    \b
    Examples:
      bedrock-doctor audit --snapshot org.zip
      bedrock-doctor audit who-can --snapshot org.zip --model amazon.nova-lite-v1:0
      bedrock-doctor audit what-can --snapshot org.zip --as arn:aws:iam::111122223333:role/app
      bedrock-doctor audit why-not --snapshot org.zip --as arn:aws:iam::111122223333:role/app \\
          --model amazon.nova-lite-v1:0 --region eu-central-1
      bedrock-doctor audit surprises --snapshot org.zip -v
      bedrock-doctor audit --snapshot org.zip --format html -o who.html
      bedrock-doctor audit --snapshot today.zip --diff last-month.zip
    """
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        _refuse_before(context)
        return 0
    refuse_form(options)
    snapshot = _snapshot(options)
    unknown = sorted(set(options["accounts"]) - set(snapshot.accounts))
    if unknown:
        raise UnknownName(f"the snapshot holds no account `{unknown[0]}`")
    audit = _audited(snapshot, options, options["models"], options["regions"])
    if options["before"]:
        return write_difference(_before(options), audit, options)
    return _whole(audit, snapshot, options)


def _before(options: dict[str, Any]) -> Audit:
    """The same audit of the older snapshot."""
    from bedrock_doctor import app

    older = app.load_snapshot((options["before"],))
    return _audited(older, options, options["models"], options["regions"])


def _whole(audit: Audit, snapshot: Snapshot, options: dict[str, Any]) -> int:
    """Writes the whole picture."""
    if options["format_"] in ("text", "json"):
        whole = None if is_narrowed(options) else snapshot
        return _answered(audit, options, snapshot=whole)
    write_table_or_page(audit, snapshot, options)
    return _code(audit, tuple(audit.unknowns()))


def _refuse_before(context: click.Context) -> None:
    """Options of the whole picture do nothing for a question: they belong behind it."""
    question = context.invoked_subcommand
    for name in context.params:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(
                f"options stand behind `{question}`",
                help=f"bedrock-doctor audit {question} --snapshot PATH ...",
            )


@command.command("who-can")
@_shared("text", "json")
@_MODEL
@_REGION
def who_can(**options: Any) -> int:
    """Tell who can call a model: itself, or over roles that it can become.

    \b
    Exit codes: as those of audit.

    \b
    Example:
      bedrock-doctor audit who-can --snapshot org.zip --model eu.amazon.nova-lite-v1:0
    """
    snapshot = _snapshot(options)
    audit = _audited(snapshot, options, (options["model"],), _regions(options))
    return _answered(audit, options, model=options["model"])


@command.command("what-can")
@_shared("text", "json")
@_AS
@click.option("--model", metavar="ID", help="Only this model or profile.")
@_REGION
def what_can(**options: Any) -> int:
    """Tell what a principal can call, itself and over roles that it can become. It may also be who
    is not held: an account (arn:aws:iam::ID:root), a provider, a service or "*", as audit names it.

    \b
    Exit codes: as those of audit.

    \b
    Example:
      bedrock-doctor audit what-can --snapshot org.zip --as arn:aws:iam::111122223333:role/app
    """
    snapshot = _snapshot(options)
    models = (options["model"],) if options["model"] else ()
    audit = _audited(snapshot, options, models, _regions(options))
    return _answered(audit, options, caller=options["caller"])


@command.command("surprises")
@_shared("text", "json")
@click.option("-v", "--verbose", is_flag=True, help="Show all, each with its policy text.")
def surprises(**options: Any) -> int:
    """Tell what is surprising about who can reach a model: strangers who come in, grants without
    bound, profiles that are half-blocked, roles that reach nothing, principals that are gone, API
    keys. What is certain stands apart from what may be, with what is not known.

    \b
    Exit codes: as those of audit; surprises are no failure.

    \b
    Examples:
      bedrock-doctor audit surprises --snapshot org.zip -v
      bedrock-doctor rule trust-of-anybody
    """
    snapshot = _snapshot(options)
    audit = _audited(snapshot, options, (), ())
    write_surprises(audit, snapshot, options)
    return _code(audit, tuple(audit.unknowns()))


@command.command("why-not")
@_shared("text", "json")
@_AS
@_MODEL
@_REGION
def why_not(**options: Any) -> int:
    """Tell why a principal cannot call a model: the diagnosis of the way on which it comes
    furthest, with the command that asks for it.

    \b
    Exit codes: as those of audit; whatever the answer is.

    \b
    Example:
      bedrock-doctor audit why-not --snapshot org.zip --as arn:aws:iam::111122223333:role/app \\
          --model amazon.nova-lite-v1:0 --region eu-central-1
    """
    from bedrock_doctor import app
    from bedrock_doctor.audit.questions import missing_for, nearest, position_of
    from bedrock_doctor.audit.standing import Standings
    from bedrock_doctor.render.audit_words import settled_by

    refuse_query_of_text(options)
    snapshot = _snapshot(options)
    audit = _audited(snapshot, options, (options["model"],), _regions(options))
    position = position_of(audit, options["caller"])
    if not audit.principals[position].held:
        raise UsageError(
            f"`{options['caller']}` is not held: its own policies are not known",
            help="bedrock-doctor audit what-can tells which roles it can become",
        )
    standings = Standings(audit)
    way = nearest(standings, position)
    route = audit.routes[way.route]
    roles = tuple(audit.principals[n].arn for n in way.chain.roles) if way.chain else ()
    attempt = Attempt(options["caller"], roles, route.profile or route.model, route.region)
    report = app.diagnose(attempt, snapshot)
    told = f"{way.access.value}, {'over roles' if way.chain else 'itself'}"
    if way.chain and way.chain.settle:
        told += f", depending on {settled_by(way.chain.settle)}"
    _explain(report, attempt, told, options)
    return _code(audit, missing_for(standings, position), everybody=False)


def _regions(options: dict[str, Any]) -> tuple[str, ...]:
    return (options["region"],) if options["region"] else ()


def _snapshot(options: dict[str, Any]) -> Snapshot:
    from bedrock_doctor import app

    refuse_query_of_text(options)
    if not options["snapshots"]:
        raise UsageError(
            "no snapshot to audit", help="add --snapshot PATH, made by bedrock-doctor collect"
        )
    return app.load_snapshot(options["snapshots"])


def _audited(
    snapshot: Snapshot, options: dict[str, Any], models: Sequence[str], regions: Sequence[str]
) -> Audit:
    from bedrock_doctor import app
    from bedrock_doctor.audit.auditing import AuditQuestion
    from bedrock_doctor.audit.offers import Wanted

    question = AuditQuestion(Wanted(frozenset(models), frozenset(regions)), options["depth"])
    if options["master"]:
        if options["jobs"]:
            raise UsageError("--spark works in as many tasks as it runs", help="leave out --jobs")
        from bedrock_doctor.spark.session import spark_session

        with spark_session(options["master"], "bedrock-doctor audit") as spark:
            from bedrock_doctor.spark.audit_job import audit_on_spark

            return audit_on_spark(spark, snapshot, question)
    progress = Progress("{:,} of {:,} accounts")
    try:
        return app.audit(snapshot, question, jobs=options["jobs"], progress=progress)
    finally:
        progress.end()


def _answered(
    audit: Audit,
    options: dict[str, Any],
    *,
    model: str = "",
    caller: str = "",
    snapshot: Snapshot | None = None,
) -> int:
    """Writes the whole picture, with the surprises of its snapshot where it is given, or the answer
    about a model or a caller."""
    from bedrock_doctor.audit.questions import missing_for, position_of
    from bedrock_doctor.audit.standing import Standings
    from bedrock_doctor.render.audit_redact import redacted
    from bedrock_doctor.render.redact import Redaction, Redactor

    position = position_of(audit, caller) if caller else None
    redactor = Redactor(Redaction(options["redact"]))
    standings = Standings(redacted(audit, redactor))
    if position is None:
        missing = tuple(standings.audit.unknowns())
    else:
        missing = missing_for(standings, position)
    if options["format_"] == "json":
        from bedrock_doctor.render.audit_json import audit_tree, what_can_tree, who_can_tree

        level = redactor.level.value
        if model:
            tree = who_can_tree(standings, model, level)
        elif position is not None:
            tree = what_can_tree(standings, position, missing, level)
        else:
            tree = audit_tree(standings, level)
        if snapshot is not None:
            tree["surprises"] = surprises_tree(audit, snapshot, options, redactor)
        data = part_of(tree, options["query"]) if options["query"] else tree
        write_answer(json.dumps(data, indent=2) + "\n", options["out"])
        return _code(audit, missing, everybody=position is None)
    from bedrock_doctor.render.audit_text import audit_text, what_can_text, who_can_text
    from bedrock_doctor.render.page import Page

    page = Page(**layout_of(options["out"], options["color"]))
    if model:
        text = who_can_text(standings, model, page)
    elif position is not None:
        text = what_can_text(standings, position, missing, page)
    else:
        shown = tuple(map(redactor.text, options["accounts"]))
        text = audit_text(standings, page, shown, verbose=options["verbose"])
    if snapshot is not None:
        text += "\n" + surprises_words(audit, snapshot, options, redactor)
    write_answer(text, options["out"])
    return _code(audit, missing, everybody=position is None)


def _code(audit: Audit, missing: Sequence[Missing], *, everybody: bool = True) -> int:
    """The exit code.

    Args:
        audit: the audit.
        missing: documents that are missing for the answer.
        everybody: whether the answer is about all roles and users there are.
    """
    if audit.interrupted:
        return 130
    left_out = everybody and not all(account.complete for account in audit.accounts)
    return 3 if missing or left_out else 0


def _explain(report: Report, attempt: Attempt, access: str, options: dict[str, Any]) -> None:
    """Writes a diagnosis, and the command that asks for it."""
    from bedrock_doctor.render.redact import Redaction, Redactor

    words = ["bedrock-doctor", "diagnose"]
    for path in options["snapshots"]:
        words += ["--snapshot", path]
    words += ["--as", attempt.caller]
    for role in attempt.roles:
        words += ["--role", role]
    words += ["--model", attempt.model, "--region", attempt.region]
    level = Redaction(options["redact"])
    report = replace(report, redaction=level.value)
    redactor = Redactor(level, report)
    asked, access = redactor.text(shlex.join(words)), redactor.fact(access)
    if options["format_"] == "json":
        from bedrock_doctor.render.report_json import report_tree

        tree = {
            "access": access,
            "command": asked,
            "report": redactor.tree(report_tree(report)),
        }
        data = part_of(tree, options["query"]) if options["query"] else tree
        write_answer(json.dumps(data, indent=2) + "\n", options["out"])
        return
    from bedrock_doctor.render.text import report_text

    layout = layout_of(options["out"], options["color"])
    text = report_text(report, **layout, conceal=redactor.text)
    head = f"{access}. This is the way on which it comes furthest:\n  {asked}\n\n"
    write_answer(head + text, options["out"])
