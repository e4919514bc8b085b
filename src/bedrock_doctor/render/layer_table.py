"""How AWS decided, as tables: one for each hop, layers as rows, checks as columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bedrock_doctor.diagnose.wording import listed, name_of
from bedrock_doctor.model.way import Purpose
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.document_words import layer_words
from bedrock_doctor.render.snippet import NAMED_BY_HOLDER

_MODELS = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL)


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer of a layer: a state for the mark, a word, and what it rests on."""

    state: str
    word: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Checks that every layer answers alike.

    Attributes:
        head: what is asked for.
        regions: the Regions of the checks.
        checks: the checks.
        cells: one for each row of the table.
        verdict: the answer to these checks.
    """

    head: str
    regions: tuple[str, ...]
    checks: tuple[doc.CheckEntry, ...]
    cells: tuple[Cell, ...]
    verdict: Cell

    @property
    def is_model(self) -> bool:
        """Whether the same model is asked for in each of the Regions."""
        return self.checks[0].purpose in _MODELS


@dataclass(frozen=True, slots=True)
class HopTable:
    """One hop.

    Attributes:
        hop: the hop.
        actions: the actions asked for.
        rows: names of the layers that have a say.
        columns: the checks.
    """

    hop: doc.HopEntry
    actions: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[Column, ...]


def hop_tables(document: doc.ReportDocument) -> list[HopTable]:
    """A table for every hop."""
    return [_table(hop) for hop in document.hops]


def _table(hop: doc.HopEntry) -> HopTable:
    grouped: dict[object, list[doc.CheckEntry]] = {}
    for check in hop.checks:
        family = "model" if check.purpose in _MODELS else f"{check.purpose} {check.resource}"
        key = (check.action, family, tuple(_cells(check)), check.verdict)
        grouped.setdefault(key, []).append(check)
    layers = tuple(dict.fromkeys(entry.layer for check in hop.checks for entry in check.layers))
    told = {
        entry.layer
        for check in hop.checks
        for entry in check.layers
        if _cell(entry, check).word != "none"
    }
    rows = tuple(layer for layer in layers if layer in told)
    columns = tuple(_column(checks, rows) for checks in grouped.values())
    actions = tuple(dict.fromkeys(check.action for check in hop.checks))
    return HopTable(hop, actions, tuple(layer_words(layer) for layer in rows), columns)


def _column(checks: list[doc.CheckEntry], rows: tuple[str, ...]) -> Column:
    first = checks[0]
    answers = {entry.layer: _cell(entry, first) for entry in first.layers}
    words = {"allow": "allow", "deny": "DENY", "unknown": "unknown"}
    return Column(
        _head(first),
        tuple(check.region for check in checks),
        tuple(checks),
        tuple(answers.get(row, Cell("none", "none")) for row in rows),
        Cell(first.verdict, words.get(first.verdict, first.verdict)),
    )


def _head(check: doc.CheckEntry) -> str:
    if check.purpose in _MODELS:
        return "the model"
    if check.purpose == Purpose.ENFORCED_GUARDRAIL:
        return f"{check.purpose} {name_of(check.resource)}"
    return check.purpose


def _cells(check: doc.CheckEntry) -> Iterable[Cell]:
    return (_cell(entry, check) for entry in check.layers)


def _cell(entry: doc.LayerEntry, check: doc.CheckEntry) -> Cell:
    if entry.verdict == "not-applicable":
        reason = entry.reason or "none"
        return Cell("none", "none") if reason == "none" else Cell("none", "n/a", reason)
    if entry.verdict == "unknown":
        gaps = [gap.what for gap in entry.missing]
        return Cell("unknown", "unknown", listed(tuple(dict.fromkeys(gaps)), 2))
    if entry.verdict == "deny" and entry.layer not in check.blocked_by:
        return Cell("none", "none", "no Allow here, and none is needed")
    if entry.verdict == "deny":
        return Cell("deny", "DENY", _deciders(entry, "Deny") or "no Allow matches")
    return Cell("allow", "allow", _deciders(entry, "Allow"))


def _deciders(entry: doc.LayerEntry, effect: str) -> str:
    names = [
        f"{_policy(told.policy)} statement {told.statement}"
        for told in entry.statements
        if told.match == "yes" and told.effect == effect
    ]
    return listed(tuple(dict.fromkeys(names)), 2)


def _policy(policy: doc.PolicyEntry) -> str:
    if policy.kind in NAMED_BY_HOLDER or not policy.name:
        return policy.kind
    return policy.title or policy.name
