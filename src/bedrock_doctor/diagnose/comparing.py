"""Two attempts, aligned step by step and layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from bedrock_doctor.diagnose.unknowns import OWN_LAYERS
from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.comparison import ComparedLayer, Comparison, Side, State
from bedrock_doctor.model.finding import Finding, Layer, Stage
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.trace import LayerTrace, Outcome, PolicyLayer, StatementTrace
from bedrock_doctor.model.way import Gate, GateState, HopKind, TracedCheck, TracedHop

_ORDER = tuple(Layer)


def compare(left: Report, right: Report) -> Comparison:
    """Puts two reports side by side.

    Steps are aligned by what they do: the calls of the model, and the role assumptions from the
    last one backwards, because that is the one whose session calls.
    """
    rows = [*_signing(left, right)]
    for first, second in _aligned(left, right):
        rows += _step(first, second, left, right)
    rows += _gates(left, right)
    return Comparison(left, right, tuple(rows))


def _aligned(left: Report, right: Report) -> Iterator[tuple[TracedHop | None, TracedHop | None]]:
    split = [len(report.way.attempt.roles) for report in (left, right)]
    before = [report.hops[:at] for report, at in zip((left, right), split, strict=True)]
    after = [report.hops[at:] for report, at in zip((left, right), split, strict=True)]
    backwards = zip_longest(reversed(before[0]), reversed(before[1]))
    yield from reversed(list(backwards))
    yield from zip_longest(*after)


def _signing(left: Report, right: Report) -> Iterator[ComparedLayer]:
    found = [[f for f in r.findings if f.blocking and f.hop_index == 0] for r in (left, right)]
    for layer in _layers(f.layer for side in found for f in side):
        sides = [_told([f for f in side if f.layer is layer]) for side in found]
        yield ComparedLayer(Stage.SIGN, "the credentials", layer, *sides)


def _told(findings: list[Finding]) -> Side:
    state = State.DENY if findings else State.NONE
    return Side(state, (), "; ".join(f.summary for f in findings), tuple(findings))


def _step(
    first: TracedHop | None, second: TracedHop | None, left: Report, right: Report
) -> Iterator[ComparedLayer]:
    hops = [hop for hop in (first, second) if hop is not None]
    kind = hops[0].hop.kind
    stage = Stage.ASSUME if kind is HopKind.ASSUME else Stage.INVOKE
    actions = dict.fromkeys(c.check.request.action for hop in hops for c in hop.checks)
    what = next(iter(actions), "sts:AssumeRole" if kind is HopKind.ASSUME else "the call")
    gates = {gate.layer for report in (left, right) for gate in report.way.gates}
    told = (layer for hop, r in ((first, left), (second, right)) for layer in _met(hop, r))
    for layer in _layers(layer for layer in told if layer not in gates):
        sides = (_side(first, layer, left), _side(second, layer, right))
        if any(side.state not in (State.NONE, State.ABSENT) for side in sides):
            yield ComparedLayer(stage, f"{hops[0].hop.index} {what}", layer, *sides)


def _met(hop: TracedHop | None, report: Report) -> Iterator[Layer]:
    """The layers of a step: of its checks, and of the barriers that stand there."""
    if hop is None:
        return
    for check in hop.checks:
        for trace in check.trace.layers:
            yield _layer(check, trace.layer, hop)
    for finding in report.findings:
        if finding.blocking and finding.hop_index == hop.hop.index:
            yield finding.layer


def _layer(check: TracedCheck, layer: PolicyLayer, hop: TracedHop) -> Layer:
    """The layer of the report; checks with a layer of their own have only that one."""
    own = OWN_LAYERS.get(check.check.purpose)
    if own is not None:
        return own
    if layer is PolicyLayer.RESOURCE:
        return Layer.TRUST if hop.hop.kind is HopKind.ASSUME else Layer.RESOURCE
    return Layer.ENDPOINT if layer is PolicyLayer.ENDPOINT else Layer(layer.value)


def _side(hop: TracedHop | None, layer: Layer, report: Report) -> Side:
    if hop is None:
        return Side(State.ABSENT)
    index = hop.hop.index
    barriers = [
        finding
        for finding in report.findings
        if finding.blocking and finding.hop_index == index and finding.layer is layer
    ]
    states = {c.check.region: _state(c, layer, hop) for c in _concerned(hop, layer)}
    if barriers:
        denied = tuple(region for region, state in states.items() if state is State.DENY)
        return Side(
            State.DENY,
            denied if 0 < len(denied) < len(states) else (),
            "; ".join(finding.summary for finding in barriers),
            tuple(barriers),
        )
    for state in (State.DENY, State.UNKNOWN):
        where = tuple(region for region, found in states.items() if found is state)
        if where:
            words = _words(hop, layer) if state is State.UNKNOWN else "no Allow matches"
            return Side(state, where if len(where) < len(states) else (), words)
    allows = State.ALLOW in states.values()
    return Side(State.ALLOW, (), _words(hop, layer)) if allows else Side(State.NONE)


def _concerned(hop: TracedHop, layer: Layer) -> list[TracedCheck]:
    return [
        check
        for check in hop.checks
        if any(_layer(check, trace.layer, hop) is layer for trace in check.trace.layers)
    ]


def _traces(check: TracedCheck, layer: Layer, hop: TracedHop) -> list[LayerTrace]:
    return [trace for trace in check.trace.layers if _layer(check, trace.layer, hop) is layer]


def _state(check: TracedCheck, layer: Layer, hop: TracedHop) -> State:
    if check.check.purpose in OWN_LAYERS:
        return _of_outcome(check.trace.decision.outcome)
    trace = _traces(check, layer, hop)[0]
    if trace.layer in check.trace.decision.blocked_by and trace.outcome.denies:
        return State.DENY
    if trace.outcome.denies:
        return State.NONE
    return _of_outcome(trace.outcome)


def _of_outcome(outcome: Outcome) -> State:
    if outcome.denies:
        return State.DENY
    return {Outcome.ALLOWED: State.ALLOW, Outcome.UNKNOWN: State.UNKNOWN}.get(outcome, State.NONE)


def _words(hop: TracedHop, layer: Layer) -> str:
    """The statements that allow, or what is missing."""
    found: dict[str, None] = {}
    for check in _concerned(hop, layer):
        for trace in _traces(check, layer, hop):
            if trace.outcome is Outcome.UNKNOWN:
                found.update((_gap(gap), None) for gap in trace.missing)
            elif trace.outcome is Outcome.ALLOWED:
                found.update((_statement(entry), None) for entry in trace.deciding)
    return listed(tuple(found), 2)


def _gap(gap: Missing | UnknownFact) -> str:
    return f"{gap.key} of the request" if isinstance(gap, UnknownFact) else gap.what


def _statement(entry: StatementTrace) -> str:
    ref = entry.policy.document.ref
    single = ref.kind in (PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RESOURCE)
    name = ref.kind.value if single else ref.title or ref.name or ref.kind.value
    return f"{name} statement {entry.statement.index + 1}"


def _gates(left: Report, right: Report) -> Iterator[ComparedLayer]:
    reports = (left, right)
    for layer in _layers(gate.layer for report in reports for gate in report.way.gates):
        sides = [_gate_side(report, layer) for report in reports]
        if any(side.state is not State.NONE for side in sides):
            yield ComparedLayer(Stage.INVOKE, "model and account", layer, *sides)


def _gate_side(report: Report, layer: Layer) -> Side:
    barriers = tuple(f for f in report.findings if f.blocking and f.layer is layer)
    if barriers:
        return Side(State.DENY, (), "; ".join(f.summary for f in barriers), barriers)
    gates = [gate for gate in report.way.gates if gate.layer is layer]
    found = [gate for gate in gates if gate.state is GateState.OPEN]
    return Side(State.ALLOW, (), _gate_words(found)) if found else Side(State.NONE)


def _gate_words(gates: list[Gate]) -> str:
    return listed(tuple(dict.fromkeys(gate.detail or gate.subject for gate in gates)), 2)


def _layers(found: Iterable[Layer]) -> tuple[Layer, ...]:
    return tuple(sorted(set(found), key=_ORDER.index))
