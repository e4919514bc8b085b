"""Surprises as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.report_json import where_entry

SCHEMA_VERSION = "1.0"


def surprise_trees(surprises: Iterable[Surprise], redactor: Redactor) -> list[dict[str, Any]]:
    """One object for each, in their order."""
    return [_tree(surprise, redactor) for surprise in surprises]


def _tree(surprise: Surprise, redactor: Redactor) -> dict[str, Any]:
    learn(surprise, redactor)
    text = redactor.text
    where = msgspec.to_builtins(where_entry(surprise.place)) if surprise.place else None
    return {
        "kind": surprise.kind,
        "certain": surprise.certain,
        "account": text(surprise.account),
        "owner_account": text(surprise.owner_account),
        "subject": text(surprise.subject),
        "summary": text(surprise.summary),
        "where": redactor.tree(where),
        "concerned": [text(arn) for arn in surprise.concerned],
        "reached": [text(name) for name in surprise.reached],
        "unsure": [redactor.fact(fact) for fact in surprise.unsure],
        "notes": [text(note) for note in surprise.notes],
        "help": [text(step) for step in surprise.help],
    }


def learn(surprise: Surprise, redactor: Redactor) -> None:
    """Takes in the names that a surprise says in running text."""
    for words in (surprise.subject, *surprise.concerned[:20], *surprise.help):
        redactor.learn_text(words)
    if surprise.place is not None:
        redactor.learn_place(surprise.place)
