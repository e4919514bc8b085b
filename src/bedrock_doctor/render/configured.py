"""The reports on a configuration: what is wrong in the file itself, then one report a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.evidence.app_config.configuration import ConfigFinding
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.page import Page, Piece, Style
from bedrock_doctor.render.redact import Redaction, Redactor
from bedrock_doctor.render.report_json import report_tree


@dataclass(frozen=True, slots=True)
class ConfiguredReport:
    """One report and the place of the configuration that it is about."""

    where: str
    purpose: str
    report: Report


@dataclass(frozen=True, slots=True)
class ConfiguredReports:
    """All that is told of one configuration.

    Attributes:
        kind: what kind of configuration it is.
        findings: contradictions and dropped settings of the file itself.
        reports: one for every attempt.
    """

    kind: str
    findings: tuple[ConfigFinding, ...]
    reports: tuple[ConfiguredReport, ...]


def configuration_text(told: ConfiguredReports, redactor: Redactor, page: Page) -> str:
    """What precedes the reports."""
    count = len(told.reports)
    page.line(f"{told.kind} configuration, {count} attempt{'' if count == 1 else 's'}")
    for finding in told.findings:
        page.blank()
        head = f"warning[{finding.id}]: "
        page.wrap(head, page.foreign(finding.summary), rest="  ", head=Style.UNKNOWN)
        if redactor.level is not Redaction.ALL:
            page.wrap("   --> ", page.foreign(finding.where))
    page.blank()
    return page.text()


def heading(number: int, told: ConfiguredReports, redactor: Redactor, page: Page) -> str:
    """The line above one report."""
    entry = told.reports[number - 1]
    purpose = f" ({entry.purpose})" if entry.purpose else ""
    where = "" if redactor.level is Redaction.ALL else page.foreign(entry.where)
    page.line(Piece(f"[{number} of {len(told.reports)}] {where}{purpose}".rstrip(), Style.BOLD))
    page.blank()
    return page.text()


def configured_tree(
    told: ConfiguredReports, redactor: Redactor, reports: Sequence[Report], *, verbose: bool
) -> dict[str, Any]:
    """The JSON form: the findings of the file, and one report object for every attempt."""
    hidden = redactor.level is Redaction.ALL
    return {
        "schema_version": "1.0",
        "configuration": told.kind,
        "findings": [
            {
                "id": finding.id,
                "slug": finding.slug,
                "where": None if hidden else redactor.text(finding.where),
                "summary": redactor.text(finding.summary),
            }
            for finding in told.findings
        ],
        "attempts": [
            {
                "where": None if hidden else redactor.text(entry.where),
                "purpose": entry.purpose or None,
                "report": redactor.tree(report_tree(report, verbose=verbose)),
            }
            for entry, report in zip(told.reports, reports, strict=True)
        ],
    }
