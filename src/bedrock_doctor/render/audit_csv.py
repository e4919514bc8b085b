"""An audit as CSV: a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.render.audit_rows import AccessRow, access_rows
from bedrock_doctor.render.comma_separated import comma_separated
from bedrock_doctor.render.redact import Redactor

COLUMNS = tuple(entry.name for entry in fields(AccessRow))


def audit_csv(audit: Audit, redactor: Redactor) -> Iterator[str]:
    """The text, in pieces."""
    rows = access_rows(audit, Standings(audit), redactor)
    return comma_separated(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))
