"""A report as one HTML page that carries its own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.diagnose.wording import counted, listed
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.asked_again import command_lines
from bedrock_doctor.render.document_words import (
    VERDICT_WORDS,
    blocking,
    call_of,
    certainty_sentence,
    operation_words,
    sources_words,
    verdict_sentence,
)
from bedrock_doctor.render.html.fix_tabs import PlanView, plan_views
from bedrock_doctor.render.html.pages import embedded_json, render_page
from bedrock_doctor.render.html.picture import Picture, picture
from bedrock_doctor.render.layer_table import HopTable, hop_tables
from bedrock_doctor.render.letters import Letter, letters
from bedrock_doctor.render.manual import HEADINGS
from bedrock_doctor.render.report_reading import EMBEDDED, document_of, shown

_GATES = {"open": "allow", "closed": "deny", "probably closed": "unknown"}
_REDACTION = {
    "none": "none: account ids and names are real",
    "accounts": "account ids are replaced by pseudonyms",
    "all": "account ids and names are replaced by pseudonyms",
}
_FINDINGS = {
    "deny": "What stands in the way",
    "unknown": "What the answer waits for",
    "allow": "Remarks",
}
_FIX_NOTE = {
    "none": "",
    "accounts": "Account ids are pseudonyms here: put the real ones in before a change is made, or "
    "make the report with --redact none.",
    "all": "Names and account ids are pseudonyms here, and the changes are shown as diffs only: "
    "make the report with --redact none to put them in place.",
}


@dataclass(frozen=True, slots=True)
class Barrier:
    """A finding that denies: its id, and the number of its place on the page."""

    id: str
    number: int


@dataclass(frozen=True, slots=True)
class ManualPart:
    """The manual page of a finding."""

    parts: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the template of a report shows."""

    document: doc.ReportDocument
    word: str
    sentence: str
    certainty: str
    more: str
    barriers: list[Barrier]
    asked: list[tuple[str, str, str]]
    picture: Picture
    tables: list[HopTable]
    gates: list[tuple[doc.GateEntry, str]]
    open_gates: list[tuple[doc.GateEntry, str]]
    findings_title: str
    rules: dict[str, ManualPart]
    plans: list[PlanView]
    letters: list[Letter]
    open: list[doc.UnknownEntry]
    idle: list[doc.UnknownEntry]
    unasked: list[str]
    made: str
    redaction: str
    fix_note: str
    command: str


def report_page(tree: dict[str, Any], *, template: str = "report.html", **values: Any) -> str:
    """The page of a report.

    Args:
        tree: the JSON document, redacted already; it is carried along.
        template: name of its file.
        values: what the template needs beside the report.
    """
    document = document_of(shown(tree))
    return render_page(
        template,
        view=report_view(document),
        document=document,
        embedded_id=EMBEDDED,
        embedded=embedded_json(tree),
        **values,
    )


def report_view(document: doc.ReportDocument) -> ReportView:
    """Everything that the template shows, from a document whose texts are printable."""
    barriers = blocking(document)
    gates = [(gate, _GATES[gate.state]) for gate in document.gates if gate.state in _GATES]
    unasked = dict.fromkeys(
        f"{entry.what} ({entry.how})" if entry.how else entry.what for entry in document.not_checked
    )
    return ReportView(
        document=document,
        word=VERDICT_WORDS[document.verdict],
        sentence=verdict_sentence(document),
        certainty=certainty_sentence(document),
        more=_more(barriers),
        barriers=[
            Barrier(finding.id, number)
            for number, finding in enumerate(document.findings, 1)
            if finding.blocking
        ],
        asked=list(_asked(document)),
        picture=picture(document),
        tables=hop_tables(document),
        gates=[entry for entry in gates if entry[1] != "allow"],
        open_gates=[entry for entry in gates if entry[1] == "allow"],
        findings_title=_FINDINGS[document.verdict],
        rules=_manuals(document),
        plans=plan_views(document),
        letters=letters(document),
        open=[point for point in document.unknowns if point.decisive],
        idle=[point for point in document.unknowns if not point.decisive],
        unasked=list(unasked),
        made=sources_words(document),
        redaction=_REDACTION[document.redaction],
        fix_note=_FIX_NOTE[document.redaction],
        command=" \\\n".join(command_lines(document)),
    )


def _more(barriers: list[doc.FindingEntry]) -> str:
    if len(barriers) < 2:
        return ""
    behind = (
        "1 more barrier stands"
        if len(barriers) == 2
        else (f"{len(barriers) - 1} more barriers stand")
    )
    return f"{behind} behind the first."


def _asked(document: doc.ReportDocument) -> list[tuple[str, str, str]]:
    rows = []
    for number, hop in enumerate(document.hops[: len(document.attempt.roles) + 1]):
        name = document.account_names.get(hop.account, "")
        note = f"{name} account" if name else ""
        rows.append(("As" if number else "Who", hop.principal, note))
    call, target = call_of(document), document.target
    actions = listed(tuple(dict.fromkeys(check.action for check in call.checks)), 4)
    rows.append(("What", actions or "the call", f"for {operation_words(document)}"))
    rows.append(("On", target.arn, f"in {document.attempt.region}"))
    if target.is_global:
        rows.append(("Behind it", ", ".join(target.models), "routed globally"))
    elif target.destinations and target.models:
        count = counted(len(target.destinations), "Region")
        rows.append(("Behind it", ", ".join(target.models), f"in {count}"))
    return rows


def _manuals(document: doc.ReportDocument) -> dict[str, ManualPart]:
    found = {}
    for finding in document.findings:
        rule = BY_ID.get(finding.id)
        if rule is not None:
            parts = tuple((heading, str(getattr(rule.manual, name))) for heading, name in HEADINGS)
            found[finding.id] = ManualPart(parts, tuple(rule.manual.references))
    return found
