"""A report as Markdown, for tickets and pull requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.asked_again import command_lines
from bedrock_doctor.render.document_words import (
    VERDICT_WORDS,
    account_words,
    blocking,
    certainty_sentence,
    excerpt_lines,
    file_words,
    layer_words,
    opened_words,
    place_words,
    verdict_sentence,
)
from bedrock_doctor.render.layer_table import HopTable, hop_tables
from bedrock_doctor.render.markdown_text import block, code, plain, table
from bedrock_doctor.render.report_reading import document_of


def report_markdown(tree: dict[str, Any]) -> str:
    """The whole report.

    Args:
        tree: the JSON document, redacted already.
    """
    document = document_of(tree)
    parts = [
        _head(document),
        _way(document),
        _layers(document),
        *(_finding(finding, document) for finding in document.findings),
        _fixes(document),
        _unknown(document),
        _foot(document),
    ]
    texts = ["\n".join(part) for part in map(list, parts)]
    return "\n\n".join(text for text in texts if text) + "\n"


def _head(document: doc.ReportDocument) -> Iterator[str]:
    barriers = blocking(document)
    name = f" {barriers[0].id}" if barriers else ""
    yield f"## {VERDICT_WORDS[document.verdict]}{name}: {plain(verdict_sentence(document))}"
    yield ""
    yield certainty_sentence(document)
    if len(barriers) > 1:
        ids = ", ".join(dict.fromkeys(finding.id for finding in barriers[1:]))
        yield f"Behind the first barrier stand more: {ids}."


def _way(document: doc.ReportDocument) -> Iterator[str]:
    rows = []
    for number, hop in enumerate(document.hops[: len(document.attempt.roles) + 1]):
        account = plain(account_words(document, hop.account))
        rows.append(["as" if number else "who", code(hop.principal), account])
    where = f"in {document.attempt.region}"
    if len(document.target.destinations) > 1:
        where += f", routed to {', '.join(document.target.destinations)}"
    rows.append(["calls", code(document.target.arn), plain(where)])
    yield from table(["", "", ""], rows)
    yield from (f"\n{plain(note)}" for note in document.notes)


def _layers(document: doc.ReportDocument) -> Iterator[str]:
    for number, hop in enumerate(hop_tables(document)):
        yield from ["", ""] if number else []
        yield f"**{hop.hop.index}. {plain(', '.join(hop.actions) or hop.hop.kind)}**"
        yield ""
        if hop.columns:
            yield from table(_columns(hop), _rows(hop))
        else:
            yield f"DENY: {plain((hop.hop.problem or 'no check can be made').replace('-', ' '))}"
    closed = [gate for gate in document.gates if gate.state in ("closed", "probably closed")]
    for gate in closed:
        yield ""
        detail = f": {gate.detail}" if gate.detail else ""
        yield plain(f"{layer_words(gate.layer)} of {gate.subject} is {gate.state}{detail}")


def _columns(hop: HopTable) -> Iterator[str]:
    yield "layer"
    for column in hop.columns:
        where = f" in {', '.join(column.regions)}" if column.is_model else ""
        yield plain(column.head + where)


def _rows(hop: HopTable) -> Iterator[list[str]]:
    for number, name in enumerate(hop.rows):
        cells = [column.cells[number] for column in hop.columns]
        yield [name, *(_cell(cell.word, cell.detail) for cell in cells)]
    yield ["**together**", *(_cell(column.verdict.word, "") for column in hop.columns)]


def _cell(word: str, detail: str) -> str:
    strong = f"**{word}**" if word == "DENY" else word
    return f"{strong}: {plain(detail)}" if detail else strong


def _finding(finding: doc.FindingEntry, document: doc.ReportDocument) -> Iterator[str]:
    yield f"### {finding.severity} {finding.id}: {plain(finding.summary)}"
    if finding.blocking and finding.owner_account:
        yield f"\nChange made in: **{plain(account_words(document, finding.owner_account))}**"
    if finding.where:
        yield f"\n{plain(place_words(finding.where))}"
        file = file_words(finding.where)
        yield from [f"({code(file)})"] if file else []
        if finding.where.excerpt:
            yield ""
            yield from block("\n".join(excerpt_lines(finding.where.excerpt)))
    yield from (f"\n> {plain(note)}" for note in finding.notes)
    if finding.help:
        yield "\nWhat to do:\n"
        yield from (f"{number}. {plain(step)}" for number, step in enumerate(finding.help, 1))


def _fixes(document: doc.ReportDocument) -> Iterator[str]:
    """The first plan; the others are named."""
    if not document.plans:
        return
    plan = document.plans[0]
    yield "### What mends it" + (" (proved)" if plan.proved else " (not proved to be enough)")
    for fix in document.fixes:
        if fix.id not in plan.fixes:
            continue
        where = plain(account_words(document, fix.owner_account))
        mends = ", ".join(fix.findings)
        yield f"\n**{plain(fix.summary)}**, in {where} by {plain(fix.person)}; mends {mends}"
        if fix.diff:
            yield from ["", *block(fix.diff, "diff")]
        if fix.commands:
            yield from ["", *block("\n".join(fix.commands), "sh")]
        yield from (f"\nAlso opens: {plain(text)}" for text in opened_words(fix))
    yield from (f"\nNot proved: {plain(text)}" for text in plan.doubts)
    yield from (f"\nNot mended: {name}" for name in plan.remaining)
    if len(document.plans) > 1:
        others = counted(len(document.plans) - 1, "other way")
        yield f"\n{others}: `bedrock-doctor fix`"


def _unknown(document: doc.ReportDocument) -> Iterator[str]:
    waits = [point for point in document.unknowns if point.decisive]
    if waits:
        yield "### The verdict waits for\n"
    for point in waits:
        yield f"- {plain(point.missing)} ({layer_words(point.layer)})"
        yield from (f"  - {code(way)}" for way in point.settle)
    if waits and document.not_checked:
        yield ""
    if document.not_checked:
        yield "### Not checked\n"
    for entry in document.not_checked:
        yield f"- {plain(entry.what)}" + (f" ({plain(entry.how)})" if entry.how else "")
    for contradiction in document.contradictions:
        yield f"\n**Contradiction:** {plain(contradiction.evidence)}, but "
        yield f"{plain(contradiction.snapshot)}. {plain(contradiction.meaning)}"


def _foot(document: doc.ReportDocument) -> Iterator[str]:
    created = document.collection.created
    dated = f" of {created}" if created else ""
    yield "<details><summary>Ask again</summary>\n"
    yield from block(" \\\n".join(command_lines(document)), "sh")
    yield "\n</details>\n"
    yield (
        f"<sub>bedrock-doctor {document.tool.version}, snapshot{plain(dated)}, AWS data of "
        f"{document.tool.catalog_date}, redaction: {document.redaction}</sub>"
    )
