"""The difference of two audits as JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bedrock_doctor.model.audit_change import (
    AccessChange,
    AuditDifference,
    ChangeKind,
    principals_of,
)
from bedrock_doctor.render.audit_change_words import (
    how_words,
    learned_names,
    what_words,
    who_words,
)
from bedrock_doctor.render.comma_separated import Cell, comma_separated
from bedrock_doctor.render.redact import Redactor

SCHEMA_VERSION = "1.0"
COLUMNS = (
    "change", "principal", "account", "before", "after", "models", "profiles", "regions",
    "actions", "via", "routes", "depends_on",
)  # fmt: skip


def audit_difference_tree(difference: AuditDifference, redactor: Redactor) -> dict[str, Any]:
    """The whole answer as one JSON document."""
    text = redactor.text
    names = learned_names(difference, redactor)
    return {
        "schema_version": SCHEMA_VERSION,
        "before": difference.before,
        "after": difference.after,
        "compared": difference.compared,
        **{kind.name.lower(): principals_of(difference.of_kind(kind)) for kind in ChangeKind},
        "changes": [_change(change, names, redactor) for change in difference.changes],
        "added": [text(arn) for arn in difference.added],
        "removed": [text(arn) for arn in difference.removed],
        "only_before": [text(account) for account in difference.only_before],
        "only_after": [text(account) for account in difference.only_after],
        "account_names": {text(account): name for account, name in names.items()},
        "redaction": redactor.level.value,
    }


def _change(change: AccessChange, names: dict[str, str], redactor: Redactor) -> dict[str, Any]:
    tree = asdict(change) | {
        "kind": change.kind.value,
        "before": change.before.value,
        "after": change.after.value,
        "words": f"{who_words(change, names)}: {what_words(change)}, {how_words(change)}",
    }
    lists = ("principals", "models", "profiles", "regions", "actions", "via", "depends_on")
    for name in lists:
        tree[name] = [redactor.text(entry) for entry in tree[name]]
    for name in ("account", "words"):
        tree[name] = redactor.text(tree[name])
    return tree


def audit_difference_csv(difference: AuditDifference, redactor: Redactor) -> Iterator[str]:
    """One row for each principal and change, in pieces of text."""
    return comma_separated(COLUMNS, _rows(difference, redactor))


def _rows(difference: AuditDifference, redactor: Redactor) -> Iterator[list[Cell]]:
    for change in difference.changes:
        lists = [
            [redactor.text(entry) for entry in entries]
            for entries in (change.models, change.profiles, change.regions, change.actions)
        ]
        for principal in change.principals:
            yield [
                change.kind.value,
                redactor.text(principal),
                redactor.text(change.account),
                change.before.value,
                change.after.value,
                *lists,
                [redactor.text(role) for role in change.via],
                change.routes,
                [redactor.text(fact) for fact in change.depends_on],
            ]
