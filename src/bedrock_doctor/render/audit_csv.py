"""An audit as CSV: a stream of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields

from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.render.audit_rows import AccessRow, access_rows
from bedrock_doctor.render.comma_separated import comma_separated
from bedrock_doctor.render.redact import Redactor

COLUMNS = tuple(entry.name for entry in fields(AccessRow))


def audit_csv(audit: Audit, redactor: Redactor, accounts: Collection[str] = ()) -> Iterator[str]:
    """The text, in pieces.

    Args:
        audit: the audit.
        redactor: hides what must not be shown.
        accounts: only principals of these; empty: everybody.
    """
    rows = access_rows(audit, Standings(audit), redactor, accounts)
    return comma_separated(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))
