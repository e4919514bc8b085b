"""Redaction of a report that was written before."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.errors import UsageError
from bedrock_doctor.render.redact import Redaction, Redactor


def redacted_document(tree: dict[str, Any], level: Redaction) -> dict[str, Any]:
    """The tree with at least this redaction; what is hidden in it stays hidden.

    Args:
        tree: the JSON document of a report.
        level: what is to be hidden.

    Raises:
        UsageError: names cannot be hidden, because the document does not tell all of them.
    """
    if Redaction(tree["redaction"]).hides(level):
        return tree
    if level is Redaction.ALL:
        raise UsageError(
            "--redact all cannot be applied to a report that was made without it: names are "
            "learned from the policies, and a report holds only a part of them",
            help="give the attempt and --snapshot instead of --from",
        )
    redactor = Redactor(level)
    for hop in tree["hops"]:
        redactor.text(f"{hop['principal']} {hop['account']} {hop['target']}")
    return {**redactor.document(tree), "redaction": level.value}
