"""`bedrock-doctor check`: expectations from a file, for CI."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.answer_options import (
    answer_options,
    explained_color_option,
    quiet_option,
    redact_option,
    snapshots_option,
)
from bedrock_doctor.cli.answer_output import layout_of, part_of, refuse_query_of_text
from bedrock_doctor.cli.exit_codes import wanted_code, worst
from bedrock_doctor.cli.preflight_options import (
    planned_snapshot,
    preflight_options,
    refuse_evidence,
)
from bedrock_doctor.cli.rendering import write_rendered
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.expectation import Ignore, Judgement, Outcome
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.cli.expected_attempts import ExpectedQuestion
    from bedrock_doctor.preflight.overlay import Planned
    from bedrock_doctor.render.redact import Redactor

_CODES = {Outcome.MET: 0, Outcome.SILENCED: 0, Outcome.NOT_MET: 1, Outcome.CANNOT_TELL: 3}


@click.command("check", short_help="Hold expectations of a file against policies, for CI.")
@click.argument("file", metavar="FILE")
@snapshots_option(
    "Directory or zip of AWS CLI output, in place of those that the file names; repeatable."
)
@preflight_options
@click.option(
    "--ignore", metavar="FILE", help="Ignore file, in place of the one that the file names."
)
@answer_options("text", "json", "sarif", "github", "junit")
@redact_option
@explained_color_option
@click.option("-v", "--verbose", is_flag=True, help="Show the policy text of every cause.")
@quiet_option
@click.option("--exit-zero", is_flag=True, help="Exit 0 also when an expectation is not met.")
@click.option(
    "--fail-on",
    type=click.Choice(["deny", "unknown", "never"]),
    default="unknown",
    show_default=True,
    help="deny: exit 0 when all that fails cannot be told; unknown: exit 1 and 3 as usual; "
    "never: as --exit-zero.",
)
def command(**options: Any) -> int:
    """Hold what must be allowed, and what must not, against the policies of a snapshot. FILE is
    TOML: every option of an attempt is a key, `[defaults]` holds for all entries.

    \b
    Exit codes: 0 all met, 1 one is not met, 2 usage or bad input, 3 one cannot be told and all
    others are met.

    \b
    Example of a file:
      [defaults]
      snapshot = "snapshot"                  # relative to the file
      region = "eu-central-1"
    \b
      [[expect]]
      as = "arn:aws:iam::111122223333:role/app"
      role = "arn:aws:iam::444455556666:role/gateway"
      model = "eu.amazon.nova-lite-v1:0"
      verdict = "allow"                      # allow, deny or unknown
    \b
      [[expect]]
      as = "arn:aws:iam::111122223333:role/app"
      model = "eu.amazon.nova-lite-v1:0"
      verdict = "deny"
      because = "BD311"                      # optional: must be among the reasons
    """
    refuse_query_of_text(options)
    questions, ignores = _read(options)
    day = datetime.now(UTC).date()
    judgements = _judged(questions, ignores, day, options)
    if not options["quiet"]:
        _write(judgements, ignores, day, options)
    return worst(wanted_code(_CODES[judgement.outcome], options) for judgement in judgements)


def _read(options: dict[str, Any]) -> tuple[tuple[ExpectedQuestion, ...], tuple[Ignore, ...]]:
    from bedrock_doctor import app
    from bedrock_doctor.cli.evidence_options import read_file
    from bedrock_doctor.cli.expected_attempts import expected_question, key_kinds

    name = options["file"]
    file = app.read_expectations(read_file(name), name, key_kinds())
    questions = tuple(expected_question(entry, options["snapshots"]) for entry in file.expectations)
    ignore = options["ignore"]
    if ignore is None and file.ignore is not None:
        ignore = str(Path(name).parent / file.ignore)
    return questions, app.read_ignores(read_file(ignore), ignore) if ignore else ()


def _judged(
    questions: tuple[ExpectedQuestion, ...],
    ignores: tuple[Ignore, ...],
    day: date,
    options: dict[str, Any],
) -> tuple[Judgement, ...]:
    from bedrock_doctor import app
    from bedrock_doctor.cli.expected_attempts import placed

    snapshots: dict[tuple[str, ...], tuple[Snapshot, Planned | None]] = {}
    judgements = []
    for question in questions:
        paths = question.snapshots
        if paths not in snapshots:
            try:
                snapshot = app.load_snapshot(paths)
            except UsageError as error:
                raise placed(question.stated, error) from None
            snapshots[paths] = (snapshot, planned_snapshot(snapshot, options))
            _tell_notes(snapshots[paths][1], options)
        snapshot, planned = snapshots[paths]
        evidence = question.evidence
        try:
            given = bool({"error", "event"} & set(question.stated.values))
            refuse_evidence(given=given, planned=planned is not None)
            judgement = app.check(
                question.expectation,
                snapshot,
                evidence.denials,
                evidence.policies,
                planned=planned,
                ignores=ignores,
                day=day,
            )
        except UsageError as error:
            raise placed(question.stated, error) from None
        judgements.append(judgement)
    return tuple(judgements)


def _tell_notes(planned: Planned | None, options: dict[str, Any]) -> None:
    """What was not considered of plans and templates, on standard error."""
    from bedrock_doctor.render.printable import printable

    notes = planned.notes if planned and not options["quiet"] else ()
    if len(notes) > 1 and options["redact"] != "none":
        notes = (f"{len(notes) - 1} remarks on what is not considered: see them without --redact",)
    for note in notes:
        click.echo(f"note: {printable(note)}", err=True)


def _write(
    judgements: tuple[Judgement, ...],
    ignores: tuple[Ignore, ...],
    day: date,
    options: dict[str, Any],
) -> None:
    from bedrock_doctor.render.check_text import stale_entries
    from bedrock_doctor.render.redact import Redaction, Redactor

    level = Redaction(options["redact"])
    shown = tuple(
        replace(entry, report=replace(entry.report, redaction=level.value)) for entry in judgements
    )
    redactor = Redactor(level, *(entry.report for entry in shown))
    stale = stale_entries(ignores, shown, day)
    renderers = {
        "text": lambda: _text(shown, stale, redactor, options),
        "json": lambda: _json(shown, stale, redactor, options),
        "sarif": lambda: _sarif(shown, redactor),
        "github": lambda: _github(shown, stale, redactor),
        "junit": lambda: _junit(shown, redactor, options["file"]),
    }
    write_rendered(options["format_"], renderers, options["out"])


def _text(
    judgements: tuple[Judgement, ...],
    stale: tuple[str, ...],
    redactor: Redactor,
    options: dict[str, Any],
) -> str:
    from bedrock_doctor.render.check_text import check_text

    layout = layout_of(options["out"], options["color"])
    verbose = options["verbose"]
    return check_text(judgements, stale, **layout, conceal=redactor.text, verbose=verbose)


def _json(
    judgements: tuple[Judgement, ...],
    stale: tuple[str, ...],
    redactor: Redactor,
    options: dict[str, Any],
) -> str:
    from bedrock_doctor.render.check_json import check_tree

    verbose = options["verbose"]
    tree: Any = check_tree(options["file"], judgements, stale, redactor, verbose=verbose)
    if options["query"]:
        tree = part_of(tree, options["query"])
    return json.dumps(tree, indent=2) + "\n"


def _sarif(judgements: tuple[Judgement, ...], redactor: Redactor) -> str:
    from bedrock_doctor import app
    from bedrock_doctor.render.annotations import judgement_annotations
    from bedrock_doctor.render.sarif import sarif_tree

    rules = {rule.id: rule for rule in app.rules()}
    tree = sarif_tree(judgement_annotations(judgements, redactor.text), rules)
    return json.dumps(tree, indent=2) + "\n"


def _github(judgements: tuple[Judgement, ...], stale: tuple[str, ...], redactor: Redactor) -> str:
    from bedrock_doctor.render.annotations import judgement_annotations
    from bedrock_doctor.render.check_text import summary_line
    from bedrock_doctor.render.github import github_lines

    summary = "\n".join([summary_line(judgements), *map(redactor.text, stale)])
    return github_lines(judgement_annotations(judgements, redactor.text), summary)


def _junit(judgements: tuple[Judgement, ...], redactor: Redactor, path: str) -> str:
    from bedrock_doctor.render.junit import judgement_cases, junit_text
    from bedrock_doctor.render.printable import printable

    return junit_text(printable(redactor.text(path)), judgement_cases(judgements, redactor.text))
