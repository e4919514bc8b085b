"""The part "How AWS decided": every hop, every check, every layer, as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.trace import LayerTrace, Outcome, PolicyLayer, StatementTrace
from bedrock_doctor.model.way import (
    Gate,
    GateState,
    HopKind,
    Purpose,
    TracedCheck,
    TracedHop,
)
from bedrock_doctor.render.layer_names import layer_of, spoken
from bedrock_doctor.render.page import Page, Piece, Style, wrapped
from bedrock_doctor.render.reasons import gap_words, statement_words
from bedrock_doctor.render.snippet import NAMED_BY_HOLDER

_ROUTED = {
    Purpose.CALL_REGION_MODEL: "the model",
    Purpose.DESTINATION_MODEL: "the model",
    Purpose.GUARDRAIL_PROFILE: "the guardrail profile",
}
"""Checks of one thing in several Regions, which share a row."""
_QUIET = (PolicyLayer.SESSION, PolicyLayer.RESOURCE, PolicyLayer.ENDPOINT)
"""Layers that are left out where nothing stands in them."""
_WIDEST_LABEL = 38


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a label, the answer in a word, and what it rests on."""

    indent: int
    label: str
    word: str = ""
    style: Style = Style.PLAIN
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Checks of one hop that ask the same of the same policies, for example in four Regions."""

    label: str
    action: str
    kind: HopKind
    checks: tuple[TracedCheck, ...]

    @property
    def allows(self) -> bool:
        return all(c.trace.decision.outcome is Outcome.ALLOWED for c in self.checks)


def add_decisions(page: Page, report: Report, *, verbose: bool) -> None:
    """Adds the table of all hops and gates.

    Args:
        page: where to.
        report: what to show.
        verbose: show every layer and every statement, also where all allows.
    """
    rows = [row for hop in report.hops for row in _hop_rows(hop, verbose)]
    every = verbose or report.verdict is not Verdict.DENY
    rows += _gate_rows(
        gate for gate in report.way.gates if every or gate.state is not GateState.OPEN
    )
    if verbose:
        rows += _destination_rows(report)
    add_rows(page, rows)


def _destination_rows(report: Report) -> Iterator[Row]:
    """Where the destination Regions of profiles come from."""
    for target in (report.way.target, *report.way.target.behind):
        if target.destinations:
            source = f"{target.source} of {target.dated}" if target.dated else target.source
            yield Row(9, f"destinations of {target.id}: {source}")


def add_rows(page: Page, rows: Iterable[Row]) -> None:
    """Adds rows with their words and details in common columns."""
    table = list(rows)
    ends = [row.indent + len(page.foreign(row.label)) for row in table if row.word]
    column = min(max(ends, default=0), _WIDEST_LABEL + 8) + 2
    word_width = max((len(row.word) for row in table), default=0) + 2
    for row in table:
        label = " " * row.indent + page.foreign(row.label)
        if not row.word and not row.detail:
            page.line(label)
            continue
        if len(label) + 1 > column:
            page.line(label)
            label = ""
        _add_row(page, row, label, column, word_width if row.word else 0)


def _add_row(page: Page, row: Row, label: str, column: int, word_width: int) -> None:
    detail = page.foreign(row.detail)
    room = page.width - column - word_width
    parts = wrapped(detail, room, room)
    page.line(
        label.ljust(column),
        Piece(row.word, row.style),
        " " * (word_width - len(row.word)),
        parts[0],
    )
    for part in parts[1:]:
        page.line(" " * (column + word_width), part)


def layers_checked(report: Report) -> tuple[Layer, ...]:
    """Layers that had a say in any check, and the gates that evidence was found for."""
    found: dict[Layer, None] = {}
    for hop in report.hops:
        for check in hop.checks:
            for trace in check.trace.layers:
                if trace.outcome not in (Outcome.NOT_APPLICABLE, Outcome.UNKNOWN):
                    found[layer_of(trace.layer, hop.hop.kind)] = None
    for gate in report.way.gates:
        if gate.state is not GateState.NOT_CHECKED:
            found[gate.layer] = None
    order = list(Layer)
    return tuple(sorted(found, key=order.index))


def _hop_rows(hop: TracedHop, verbose: bool) -> Iterator[Row]:
    number = f"{hop.hop.index}  "
    groups = _groups(hop)
    if not groups:
        why = hop.hop.problem.rule.replace("-", " ") if hop.hop.problem else "no check can be made"
        action = "sts:AssumeRole" if hop.hop.kind is HopKind.ASSUME else "the call"
        yield Row(4, number + action, "DENY", Style.DENY, why)
        return
    if hop.hop.kind is HopKind.ASSUME:
        for group in groups:
            yield from _group_rows(group, 4, number + group.action, verbose)
            number = " " * len(number)
        return
    by_action: dict[str, list[_Group]] = {}
    for group in groups:
        by_action.setdefault(group.action, []).append(group)
    for action, members in by_action.items():
        yield Row(4, number + action)
        number = " " * len(number)
        for group in members:
            yield from _group_rows(group, 9, group.label, verbose)


def _groups(hop: TracedHop) -> tuple[_Group, ...]:
    found: dict[tuple[str, str], list[TracedCheck]] = {}
    for check in hop.checks:
        request, purpose = check.check.request, check.check.purpose
        family = _ROUTED.get(purpose) or f"{purpose} {request.resource}"
        if purpose is Purpose.GUARDRAIL_PROFILE:
            family += f" of {request.resource_account}"
        found.setdefault((request.action, family), []).append(check)
    return tuple(
        _Group(_label(tuple(checks)), action, hop.hop.kind, tuple(checks))
        for (action, _), checks in found.items()
    )


def _label(checks: tuple[TracedCheck, ...]) -> str:
    first = checks[0].check
    thing = _ROUTED.get(first.purpose)
    if thing is None:
        if first.purpose is Purpose.ENFORCED_GUARDRAIL and is_arn(first.request.resource):
            return f"{first.purpose} {parse_arn(first.request.resource).resource_name}"
        return first.purpose.value
    if len(checks) == 1:
        return f"{thing}, in {first.region}"
    allowed = sum(check.trace.decision.outcome is Outcome.ALLOWED for check in checks)
    number = str(len(checks)) if allowed in (0, len(checks)) else f"{allowed} of {len(checks)}"
    return f"{thing}, in {number} Regions"


def _group_rows(group: _Group, indent: int, label: str, verbose: bool) -> Iterator[Row]:
    layers = [_layer_row(group, layer, indent + 5) for layer in PolicyLayer]
    if group.allows and not verbose:
        yield Row(indent, label, "allow", Style.ALLOW, _grants(group))
        return
    yield Row(indent, label)
    inner = indent + (5 if group.kind is HopKind.ASSUME else 2)
    for layer, row in zip(PolicyLayer, layers, strict=True):
        if row is None or (row.word == "none" and layer in _QUIET and not verbose):
            continue
        yield Row(inner, row.label, row.word, row.style, row.detail)
        if verbose:
            yield from _statement_rows(group, layer, inner + 2)


def _grants(group: _Group) -> str:
    """The statements that allow all checks of a group."""
    words = []
    for layer in (PolicyLayer.IDENTITY, PolicyLayer.RESOURCE):
        traces = [check.trace.layer(layer) for check in group.checks]
        if all(trace.outcome is Outcome.ALLOWED for trace in traces):
            words.append(_deciders(traces))
    return "; ".join(words)


def _deciders(traces: Iterable[LayerTrace]) -> str:
    found = dict.fromkeys(_decider(entry) for trace in traces for entry in trace.deciding)
    return listed(tuple(found), 2)


def _decider(entry: StatementTrace) -> str:
    ref = entry.policy.document.ref
    name = ref.kind.value if ref.kind in NAMED_BY_HOLDER or not ref.name else ref.name
    return f"{name} statement {entry.statement.index + 1}"


def _layer_row(group: _Group, layer: PolicyLayer, indent: int) -> Row | None:
    traces = {check.check.region: check.trace.layer(layer) for check in group.checks}
    label = spoken(layer_of(layer, group.kind))
    outcomes = {trace.outcome for trace in traces.values()}
    denying = _regions(traces, lambda t: t.outcome.denies)
    blocking = any(layer in check.trace.decision.blocked_by for check in group.checks)
    first = next(iter(traces.values()))
    if outcomes == {Outcome.NOT_APPLICABLE}:
        reason = first.not_applicable.reason if first.not_applicable else "none"
        return Row(indent, label, *(("none",) if reason == "none" else ("n/a", Style.DIM, reason)))
    if denying and not blocking:
        return Row(indent, label, "none", Style.PLAIN, "no Allow here, and none is needed")
    if denying:
        detail = _denial(traces)
        others = [region for region in traces if region not in denying]
        if others:
            rest = f" ({_other_words(traces, others)})"
            detail = f"in {listed(denying)}{rest}: {detail}"
        return Row(indent, label, "DENY", Style.DENY, detail)
    if Outcome.UNKNOWN in outcomes:
        gaps = dict.fromkeys(gap_words(gap) for trace in traces.values() for gap in trace.missing)
        return Row(indent, label, "?", Style.UNKNOWN, listed(tuple(gaps), 2))
    if layer in (PolicyLayer.SCP, PolicyLayer.RCP):
        count = len(first.levels)
        return Row(indent, label, "allow", Style.ALLOW, f"at all {count} levels" if count else "")
    return Row(indent, label, "allow", Style.ALLOW, _deciders(traces.values()))


def _regions(
    traces: dict[str, LayerTrace], wanted: Callable[[LayerTrace], bool]
) -> tuple[str, ...]:
    return tuple(region for region, trace in traces.items() if wanted(trace))


def _other_words(traces: dict[str, LayerTrace], others: list[str]) -> str:
    unknown = [region for region in others if traces[region].outcome is Outcome.UNKNOWN]
    allowed = [region for region in others if region not in unknown]
    parts = [f"allow in {listed(allowed)}"] if allowed else []
    return "; ".join([*parts, f"not known in {listed(unknown)}"] if unknown else parts)


def _denial(traces: dict[str, LayerTrace]) -> str:
    explicit = [t for t in traces.values() if t.outcome is Outcome.EXPLICITLY_DENIED]
    if explicit:
        return _deciders(explicit)
    first = next(trace for trace in traces.values() if trace.outcome.denies)
    empty = [
        level.name or level.target
        for level in first.levels
        if level.outcome is Outcome.IMPLICITLY_DENIED
    ]
    return f"no Allow at {listed(empty)}" if empty else "no Allow matches"


def _statement_rows(group: _Group, layer: PolicyLayer, indent: int) -> Iterator[Row]:
    """Every statement of a layer, with the Regions in which it answers alike."""
    told: dict[tuple[str, str], list[str]] = {}
    for check in group.checks:
        for entry in check.trace.layer(layer).statements:
            key = (_decider(entry), statement_words(entry))
            told.setdefault(key, []).append(check.check.region)
    for (decider, words), regions in told.items():
        partly = len(group.checks) > len(regions)
        yield Row(
            indent,
            "",
            "",
            detail=f"{decider}: {words}" + (f" [{listed(regions)}]" if partly else ""),
        )


def _gate_rows(gates: Iterable[Gate]) -> Iterator[Row]:
    words = {
        GateState.OPEN: ("open", Style.ALLOW),
        GateState.CLOSED: ("CLOSED", Style.DENY),
        GateState.HINT_CLOSED: ("hint", Style.UNKNOWN),
    }
    for gate in gates:
        if gate.state in words:
            word, style = words[gate.state]
            region = f" in {gate.region}" if gate.region else ""
            yield Row(7, spoken(gate.layer), word, style, gate.detail or f"{gate.subject}{region}")
