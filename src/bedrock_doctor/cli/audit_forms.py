"""The whole picture of an audit in its other forms, its surprises, and what changed since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bedrock_doctor.cli.answer_output import (
    layout_of,
    part_of,
    write_answer,
    write_pieces,
    written,
)
from bedrock_doctor.errors import UsageError

if TYPE_CHECKING:
    from bedrock_doctor.model.audit import Audit
    from bedrock_doctor.model.snapshot import Snapshot
    from bedrock_doctor.model.surprise import Surprise
    from bedrock_doctor.render.redact import Redactor

FORMS = ("text", "json", "csv", "parquet", "html")


def refuse_form(options: dict[str, Any]) -> None:
    """Makes sure that the form of the answer fits the other options.

    Raises:
        UsageError: it does not.
    """
    form = options["format_"]
    if options["before"] and (options["accounts"] or form == "parquet"):
        what = "--account" if options["accounts"] else "--format parquet"
        raise UsageError(f"{what} is no option of --diff", help="leave it out")
    if form == "parquet" and not options["out"]:
        raise UsageError("parquet is not text", help="add -o FILE.parquet")
    if form == "html" and options["accounts"]:
        raise UsageError("the page shows all accounts", help="its own filter finds one")


def is_narrowed(options: dict[str, Any]) -> bool:
    """Whether not all models and Regions are asked for.

    Surprises say what roles reach and do not reach, so they need an audit of everything.
    """
    return bool(options["models"] or options["regions"])


def write_table_or_page(audit: Audit, snapshot: Snapshot, options: dict[str, Any]) -> None:
    """Writes the whole picture as CSV, Parquet or HTML."""
    redactor = _redactor(options)
    match options["format_"]:
        case "csv":
            from bedrock_doctor.render.audit_csv import audit_csv

            write_pieces(audit_csv(audit, redactor, options["accounts"]), options["out"])
        case "parquet":
            from bedrock_doctor.render.audit_parquet import write_audit_parquet

            with written(options["out"]) as sink:
                write_audit_parquet(audit, redactor, sink, options["accounts"])
        case _:
            from bedrock_doctor import app
            from bedrock_doctor.render.html.audit_page import audit_page

            found = None if is_narrowed(options) else app.surprises(snapshot, audit)
            write_answer(audit_page(audit, found, redactor), options["out"])


def _surprises(audit: Audit, snapshot: Snapshot, options: dict[str, Any]) -> tuple[Surprise, ...]:
    """The surprises, of the accounts that are wanted."""
    from bedrock_doctor import app

    wanted = options.get("accounts")
    found = app.surprises(snapshot, audit)
    return tuple(entry for entry in found if not wanted or entry.account in wanted)


def surprises_tree(
    audit: Audit, snapshot: Snapshot, options: dict[str, Any], redactor: Redactor
) -> list[dict[str, Any]]:
    """The surprises as JSON."""
    from bedrock_doctor.render.surprises_json import surprise_trees

    return surprise_trees(_surprises(audit, snapshot, options), redactor)


def surprises_words(
    audit: Audit, snapshot: Snapshot, options: dict[str, Any], redactor: Redactor
) -> str:
    """The surprises as text."""
    from bedrock_doctor.render.page import Page
    from bedrock_doctor.render.surprises_text import add_surprises

    page = Page(**layout_of(options["out"], options["color"]), conceal=redactor.text)
    found = _surprises(audit, snapshot, options)
    add_surprises(page, found, redactor, verbose=options["verbose"])
    return page.text()


def write_surprises(audit: Audit, snapshot: Snapshot, options: dict[str, Any]) -> None:
    """Writes the surprises alone, as text or JSON."""
    redactor = _redactor(options)
    if options["format_"] == "text":
        text = surprises_words(audit, snapshot, options, redactor)
        write_answer(text, options["out"])
        return
    from bedrock_doctor.render.surprises_json import SCHEMA_VERSION

    tree = {
        "schema_version": SCHEMA_VERSION,
        "created": audit.created,
        "surprises": surprises_tree(audit, snapshot, options, redactor),
        "redaction": redactor.level.value,
    }
    _write_json(tree, options)


def write_difference(before: Audit, after: Audit, options: dict[str, Any]) -> int:
    """Writes what changed; the exit code says whether somebody gained access.

    Returns:
        1 where somebody gained access, 3 where it cannot be told of somebody any more, else 0.
    """
    from bedrock_doctor import app
    from bedrock_doctor.model.audit_change import ChangeKind
    from bedrock_doctor.render.audit_redact import redacted_difference

    redactor = _redactor(options)
    found = redacted_difference(app.audit_difference(before, after), redactor)
    match options["format_"]:
        case "json":
            from bedrock_doctor.render.audit_difference_data import audit_difference_tree

            _write_json(audit_difference_tree(found, redactor), options)
        case "csv":
            from bedrock_doctor.render.audit_difference_data import audit_difference_csv

            write_pieces(audit_difference_csv(found, redactor), options["out"])
        case "html":
            from bedrock_doctor.render.html.audit_difference_page import audit_difference_page

            write_answer(audit_difference_page(found, redactor), options["out"])
        case _:
            from bedrock_doctor.render.audit_difference_text import audit_difference_text
            from bedrock_doctor.render.page import Page

            page = Page(**layout_of(options["out"], options["color"]), conceal=redactor.text)
            text = audit_difference_text(found, page, redactor, verbose=options["verbose"])
            write_answer(text, options["out"])
    if after.interrupted or before.interrupted:
        return 130
    if found.of_kind(ChangeKind.GAINED):
        return 1
    return 3 if found.of_kind(ChangeKind.DOUBTED) else 0


def _write_json(tree: dict[str, Any], options: dict[str, Any]) -> None:
    data = part_of(tree, options["query"]) if options["query"] else tree
    write_answer(json.dumps(data, indent=2) + "\n", options["out"])


def _redactor(options: dict[str, Any]) -> Redactor:
    from bedrock_doctor.render.redact import Redaction, Redactor

    return Redactor(Redaction(options["redact"]))
