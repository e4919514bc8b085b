"""`bedrock-doctor diagnose`: the main job."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.answer_options import (
    explained_color_option,
    form_option,
    out_option,
    quiet_option,
    redact_for_others_option,
)
from bedrock_doctor.cli.answer_output import layout_of, part_of, refuse_query_of_text
from bedrock_doctor.cli.asking_aws import (
    agreed_to_probe,
    asked_of_aws,
    last_denial,
    live_report,
    refuse_live,
)
from bedrock_doctor.cli.attempt_options import attempt_options
from bedrock_doctor.cli.evidence_options import Evidence, evidence_of_options
from bedrock_doctor.cli.exit_codes import wanted_code, worst
from bedrock_doctor.cli.live_options import is_live, live_options
from bedrock_doctor.cli.machine_formats import machine_formats
from bedrock_doctor.cli.preflight_options import (
    planned_snapshot,
    preflight_options,
    refuse_evidence,
)
from bedrock_doctor.cli.rendering import write_rendered
from bedrock_doctor.errors import AwsFailed, NoCredentials, UsageError
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.cli.configured_attempts import ConfiguredQuestion
    from bedrock_doctor.preflight.overlay import Planned
    from bedrock_doctor.render.configured import ConfiguredReports
    from bedrock_doctor.render.redact import Redactor

_WITH_FIXES = ("text", "json", "html", "markdown")
_CODES = {Verdict.ALLOW: 0, Verdict.DENY: 1, Verdict.UNKNOWN: 3}


@click.command("diagnose", short_help="Name every barrier of one attempt to call a model.")
@attempt_options
@preflight_options
@form_option("text", "concise", "json", "markdown", "html", "sarif", "github", "junit")
@click.option("--query", metavar="JMESPATH", help="Part of the JSON report.")
@out_option
@redact_for_others_option
@explained_color_option
@click.option("-v", "--verbose", is_flag=True, help="Show every layer and every statement.")
@quiet_option
@click.option("--exit-zero", is_flag=True, help="Exit 0 also when denied or unknown.")
@click.option(
    "--fail-on",
    type=click.Choice(["deny", "unknown", "never"]),
    default="unknown",
    show_default=True,
    help="deny: exit 0 when unknown; unknown: exit 1 and 3 as usual; never: as --exit-zero.",
)
@live_options
def command(**options: Any) -> int:
    """Name every barrier between a caller and a model: who is refused, by which policy of which
    account, at which line, and what to do. All barriers are shown at once, in the order in which
    AWS would meet them; the first is what AWS will have reported.

    \b
    Without --snapshot, or with --profile, AWS is asked: the roles are assumed for real (a success
    outranks every policy), and both accounts are read as far as they let themselves be read.
    Nothing is written. --offline makes no call.

    \b
    Exit codes: 0 allowed, 1 denied, 2 usage or bad input, 3 cannot tell, 4 no usable credentials,
    5 AWS cannot be asked.

    \b
    Examples:
      bedrock-doctor diagnose --snapshot acme.zip \\
        --as arn:aws:iam::111122223333:role/app \\
        --role arn:aws:iam::444455556666:role/gateway \\
        --model eu.amazon.nova-lite-v1:0 --region eu-central-1
      bedrock-doctor diagnose --profile app --org-profile org \\
        --role arn:aws:iam::444455556666:role/gateway \\
        --model eu.amazon.nova-lite-v1:0 --region eu-central-1
    """
    from bedrock_doctor.cli.stated_attempt import stated_attempt

    refuse_query_of_text(options)
    refuse_live(options)
    evidence = evidence_of_options(options["error"], options["event"])
    if is_live(options):
        if options["plans"] or options["templates"]:
            raise UsageError(
                "--plan and --template are laid over a snapshot, not over what AWS answers",
                help="add --snapshot, and leave out what calls AWS",
            )
        evidence = evidence.joined(last_denial(options))
    if options["config"]:
        return _diagnose_configuration(options, evidence)
    if is_live(options):
        report = live_report(options, evidence)
        if not options["quiet"]:
            _write_report(report, options)
        return wanted_code(_CODES[report.verdict], options)
    attempt = stated_attempt(options, evidence.denials)
    asked = _asked(options, evidence)
    report = asked.report(attempt)
    if not options["quiet"]:
        _write_report(_mended(report, asked.snapshot, options), options)
    return wanted_code(_CODES[report.verdict], options)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What attempts are asked of: a snapshot, or one with deployments laid over it."""

    snapshot: Snapshot
    planned: Planned | None
    evidence: Evidence

    def report(self, attempt: Attempt) -> Report:
        """The diagnosis of one attempt."""
        from bedrock_doctor import app

        if self.planned is not None:
            return app.diagnose_planned(attempt, self.planned)
        evidence = self.evidence
        return app.diagnose(attempt, self.snapshot, evidence.denials, evidence.policies)


def _asked(options: dict[str, Any], evidence: Evidence) -> _Asked:
    from bedrock_doctor import app

    snapshot = app.load_snapshot(options["snapshots"])
    planned = planned_snapshot(snapshot, options)
    given = bool(options["error"] or options["event"])
    refuse_evidence(given=given, planned=planned is not None)
    return _Asked(planned.snapshot if planned else snapshot, planned, evidence)


def _mended(report: Report, snapshot: Snapshot, options: dict[str, Any]) -> Report:
    """The report with its fixes, where the form shows them."""
    from bedrock_doctor import app

    if options["quiet"] or options["format_"] not in _WITH_FIXES:
        return report
    return app.with_plan(report, snapshot, alternatives=options["format_"] != "text")


def _diagnose_configuration(options: dict[str, Any], evidence: Evidence) -> int:
    """Every attempt of a configuration; the worst answer decides the exit code."""
    from bedrock_doctor.cli.configured_attempts import configured_questions
    from bedrock_doctor.render.configured import ConfiguredReport, ConfiguredReports

    live = is_live(options)
    configuration, questions = configured_questions(options, evidence.denials, live=live)
    if live:
        agreed_to_probe(options, [question.attempt for question in questions])
    asked = None if live else _asked(options, evidence)
    reports = []
    for question in questions:
        try:
            report = _configured(question, options, evidence, asked)
        except (UsageError, AwsFailed, NoCredentials) as error:
            raise type(error)(f"{question.where}: {error.message}", help=error.help) from None
        reports.append(ConfiguredReport(question.where, question.purpose, report))
    told = ConfiguredReports(configuration.kind, configuration.findings, tuple(reports))
    if not options["quiet"]:
        _write_configured(told, options)
    return worst(wanted_code(_CODES[entry.report.verdict], options) for entry in told.reports)


def _configured(
    question: ConfiguredQuestion,
    options: dict[str, Any],
    evidence: Evidence,
    asked: _Asked | None,
) -> Report:
    """The diagnosis of one attempt of a configuration: of a snapshot, or of AWS."""
    if asked is not None:
        return _mended(asked.report(question.attempt), asked.snapshot, options)
    region = question.attempt.region
    report = asked_of_aws(options, evidence, question.state, region, question.profile)
    way = replace(report.way, notes=(*question.notes, *report.way.notes))
    return replace(report, way=way)


def _write_configured(told: ConfiguredReports, options: dict[str, Any]) -> None:
    from bedrock_doctor.render.redact import Redaction, Redactor

    level = Redaction(_redaction(options))
    reports = tuple(replace(entry.report, redaction=level.value) for entry in told.reports)
    redactor = Redactor(level, *reports)
    renderers = {
        "json": lambda: _configured_json(told, reports, redactor, options),
        "text": lambda: _configured_text(told, reports, redactor, options),
        "concise": lambda: "".join(_concise(report, redactor) for report in reports),
        "markdown": lambda: "\n".join(_shared(r, redactor, "markdown") for r in reports),
        "html": lambda: _single_page(reports, redactor),
        **machine_formats(reports, redactor.text, told.kind),
    }
    write_rendered(options["format_"], renderers, options["out"])


def _configured_json(
    told: ConfiguredReports,
    reports: tuple[Report, ...],
    redactor: Redactor,
    options: dict[str, Any],
) -> str:
    from bedrock_doctor.render.configured import configured_tree

    tree = configured_tree(told, redactor, reports, verbose=options["verbose"])
    return _json(tree, options)


def _configured_text(
    told: ConfiguredReports,
    reports: tuple[Report, ...],
    redactor: Redactor,
    options: dict[str, Any],
) -> str:
    from bedrock_doctor.render.configured import configuration_text, heading
    from bedrock_doctor.render.page import Page

    layout = layout_of(options["out"], options["color"])
    text = configuration_text(told, redactor, Page(**layout, conceal=redactor.text))
    for number, report in enumerate(reports, 1):
        text += "\n" + heading(number, told, redactor, Page(**layout, conceal=redactor.text))
        text += "\n" + _text(report, redactor, options)
    return text


def _write_report(report: Report, options: dict[str, Any]) -> None:
    from bedrock_doctor.render.redact import Redaction, Redactor

    level = Redaction(_redaction(options))
    report = replace(report, redaction=level.value)
    redactor = Redactor(level, report)
    renderers = {
        "json": lambda: _report_json(report, redactor, options),
        "text": lambda: _text(report, redactor, options),
        "concise": lambda: _concise(report, redactor),
        "markdown": lambda: _shared(report, redactor, "markdown"),
        "html": lambda: _shared(report, redactor, "html"),
        **machine_formats((report,), redactor.text, "diagnose"),
    }
    write_rendered(options["format_"], renderers, options["out"])


def _report_json(report: Report, redactor: Redactor, options: dict[str, Any]) -> str:
    from bedrock_doctor.render.report_json import report_tree

    return _json(redactor.tree(report_tree(report, verbose=options["verbose"])), options)


def _redaction(options: dict[str, Any]) -> str:
    """The level of redaction: as asked, else the one of the form."""
    from bedrock_doctor.render.shared import SHARED_FORMS

    return options["redact"] or ("accounts" if options["format_"] in SHARED_FORMS else "none")


def _shared(report: Report, redactor: Redactor, form: str) -> str:
    from bedrock_doctor.render.report_json import report_tree
    from bedrock_doctor.render.shared import shared_report

    return shared_report(redactor.document(report_tree(report)), form)


def _single_page(reports: tuple[Report, ...], redactor: Redactor) -> str:
    if len(reports) > 1:
        raise UsageError(
            f"a page shows one attempt, and the configuration asks for {len(reports)}",
            help="name one with --model",
        )
    return _shared(reports[0], redactor, "html")


def _concise(report: Report, redactor: Redactor) -> str:
    from bedrock_doctor.render.concise import report_lines

    return report_lines(report, conceal=redactor.text)


def _text(report: Report, redactor: Redactor, options: dict[str, Any]) -> str:
    from bedrock_doctor.render.text import report_text

    layout = layout_of(options["out"], options["color"])
    return report_text(report, **layout, conceal=redactor.text, verbose=options["verbose"])


def _json(data: Any, options: dict[str, Any]) -> str:
    part = part_of(data, options["query"]) if options["query"] else data
    return json.dumps(part, indent=2) + "\n"
