"""The details of a report: checks, layers with their statements, policies."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.errors import UnknownName
from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.memory import Held
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.trace import LayerTrace, StatementTrace
from bedrock_doctor.model.way import TracedCheck, TracedHop
from bedrock_doctor.render.layer_names import layer_of, verdict_of
from bedrock_doctor.render.reasons import reason_words
from bedrock_doctor.render.trace_json import telling

_CHECKS = 30
_LAYERS = 20
_STATEMENTS = 10
_POLICIES = 60


def trace(held: Held, hop: int | None, layer: str | None, text: str | None) -> answers.TraceAnswer:
    """The checks of a report, and the layers that are asked for.

    Args:
        held: the report.
        hop: only this step of the way.
        layer: show this layer's statements.
        text: of the policy that was asked for.

    Raises:
        UnknownName: no such hop or layer.
    """
    hops = [entry for entry in held.report.hops if hop in (None, entry.hop.index)]
    if not hops:
        steps = len(held.report.hops)
        raise UnknownName(f"no hop `{hop}`", help=f"this way has {steps}, from 1")
    if layer is not None and layer not in set(Layer):
        raise UnknownName(f"no layer `{layer}`", help=f"expected one of {', '.join(Layer)}")
    checks = [(entry, check) for entry in hops for check in entry.checks]
    layers = list(_layers(held, checks, layer)) if layer else []
    policies = list(held.policies.items())
    sizes = ((checks, _CHECKS), (layers, _LAYERS), (policies, _POLICIES))
    return answers.TraceAnswer(
        checks=[_check(entry, check) for entry, check in checks[:_CHECKS]],
        layers=layers[:_LAYERS],
        policies=[
            answers.PolicyLine(
                policy_ref=name,
                kind=document.ref.kind.value,
                name=document.ref.title or document.ref.name,
                owner_account=document.ref.account or None,
                attached_to=document.ref.holder or None,
            )
            for name, document in policies[:_POLICIES]
        ],
        policy_text=text,
        more=sum(max(0, len(entries) - limit) for entries, limit in sizes),
    )


def _check(hop: TracedHop, traced: TracedCheck) -> answers.CheckLine:
    request, decision = traced.check.request, traced.trace.decision
    return answers.CheckLine(
        hop=hop.hop.index,
        action=request.action,
        resource=request.resource,
        region=traced.check.region or None,
        verdict=verdict_of(decision.outcome),
        blocked_by=[layer_of(layer, hop.hop.kind).value for layer in decision.blocked_by],
    )


def _layers(
    held: Held, checks: list[tuple[TracedHop, TracedCheck]], layer: str
) -> Iterator[answers.LayerLine]:
    for hop, traced in checks:
        for entry in traced.trace.layers:
            if layer_of(entry.layer, hop.hop.kind).value == layer:
                yield _layer(held, hop, traced, entry)


def _layer(held: Held, hop: TracedHop, traced: TracedCheck, entry: LayerTrace) -> answers.LayerLine:
    request = traced.check.request
    return answers.LayerLine(
        hop=hop.hop.index,
        action=request.action,
        resource=request.resource,
        region=traced.check.region or None,
        layer=layer_of(entry.layer, hop.hop.kind).value,
        verdict=verdict_of(entry.outcome),
        statements=[_statement(held, one) for one in list(telling(entry))[:_STATEMENTS]],
        missing=[
            gap.what if isinstance(gap, Missing) else f"{gap.key} of the request"
            for gap in entry.missing
        ],
    )


def _statement(held: Held, entry: StatementTrace) -> answers.StatementLine:
    statement, document = entry.statement, entry.policy.document
    start = document.source.position(statement.span.start).line
    end = document.source.position(statement.span.end).line
    return answers.StatementLine(
        policy_ref=held.reference(document.ref) or "",
        policy=document.ref.title or document.ref.name,
        owner_account=document.ref.account or None,
        statement=statement.index + 1,
        sid=statement.sid,
        effect=statement.effect.value,
        match=entry.match.value,
        reasons=[reason_words(reason) for reason in entry.reasons],
        lines=f"{start}-{end}",
    )
