"""Account and model gates as findings, and what nobody collected of them."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.registry import BY_SLUG
from bedrock_doctor.model.finding import Finding, Layer, Severity, Stage
from bedrock_doctor.model.report import NotChecked
from bedrock_doctor.model.way import Gate, GateState, Way

_SHUT = (GateState.CLOSED, GateState.HINT_CLOSED)


def findings(way: Way) -> Iterator[Finding]:
    """The gates that are closed (errors) or seem to be (warnings)."""
    absent = any(g.rule == "model-not-offered-in-region" and g.state in _SHUT for g in way.gates)
    for gate in way.gates:
        if gate.state not in _SHUT or (absent and gate.rule == "on-demand-not-supported"):
            continue
        closed = gate.state is GateState.CLOSED
        rule = BY_SLUG[gate.rule]
        yield Finding(
            id=rule.id,
            slug=rule.slug,
            stage=Stage.INVOKE,
            hop_index=way.call.index,
            layer=gate.layer,
            owner_account=gate.account,
            severity=Severity.ERROR if closed else Severity.WARNING,
            blocking=closed,
            summary=_summary(gate, rule.sentence),
            notes=(f"source: {gate.source}",) if gate.source else (),
            help=(rule.advice,),
            subjects=(gate.subject,),
        )


def _summary(gate: Gate, sentence: str) -> str:
    place = f" in {gate.region}" if gate.region else ""
    detail = f" ({gate.detail})" if gate.detail else ""
    return f"{gate.subject}{place}: {sentence}{detail}"


def not_checked(way: Way) -> tuple[NotChecked, ...]:
    """Layers and gates that the verdict does not wait for."""
    found = {
        NotChecked(gate.layer, gate.missing.what, gate.missing.command): None
        for gate in way.gates
        if gate.state is GateState.NOT_CHECKED and gate.missing is not None
    }
    if not way.attempt.endpoints:
        what = "VPC endpoint policy"
        how = "give --vpce if the caller is inside a VPC"
        return (NotChecked(Layer.ENDPOINT, what, how), *found)
    return tuple(found)
