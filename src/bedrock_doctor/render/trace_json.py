"""Hops, checks and layers of the JSON report."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import Effect, PolicyDocument
from bedrock_doctor.model.trace import (
    LayerTrace,
    Match,
    Outcome,
    ReasonKind,
    StatementTrace,
)
from bedrock_doctor.model.way import HopKind, TracedCheck, TracedHop
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.layer_names import layer_of, verdict_of
from bedrock_doctor.render.reasons import reason_words


def hop_entry(hop: TracedHop, *, verbose: bool) -> doc.HopEntry:
    """One hop with its checks."""
    return doc.HopEntry(
        index=hop.hop.index,
        kind=hop.hop.kind.value,
        principal=hop.hop.principal,
        account=hop.hop.account,
        target=hop.hop.target,
        verdict=_hop_verdict(hop),
        problem=hop.hop.problem.rule if hop.hop.problem else None,
        checks=[_check(check, hop.hop.kind, verbose) for check in hop.checks],
    )


def _hop_verdict(hop: TracedHop) -> str:
    outcomes = {check.trace.decision.outcome for check in hop.checks}
    if hop.hop.problem or any(outcome.denies for outcome in outcomes):
        return "deny"
    return "unknown" if Outcome.UNKNOWN in outcomes or not outcomes else "allow"


def _check(traced: TracedCheck, kind: HopKind, verbose: bool) -> doc.CheckEntry:
    check, trace = traced.check, traced.trace
    context = check.request.context
    return doc.CheckEntry(
        purpose=check.purpose.value,
        principal=check.request.principal.arn,
        action=check.request.action,
        resource=check.request.resource,
        region=check.region,
        verdict=verdict_of(trace.decision.outcome),
        blocked_by=[layer_of(layer, kind).value for layer in trace.decision.blocked_by],
        context={
            context.spelling.get(key, key): list(values)
            for key, values in sorted(context.values.items())
        },
        unknown_context=sorted(fact.key for fact in context.unknown.values()),
        layers=[_layer(layer, kind, verbose) for layer in trace.layers],
    )


def _layer(trace: LayerTrace, kind: HopKind, verbose: bool) -> doc.LayerEntry:
    shown = trace.statements if verbose else tuple(telling(trace))
    denies = trace.outcome.denies
    return doc.LayerEntry(
        layer=layer_of(trace.layer, kind).value,
        verdict=verdict_of(trace.outcome),
        explicit=trace.outcome is Outcome.EXPLICITLY_DENIED if denies else None,
        reason=trace.not_applicable.reason if trace.not_applicable else None,
        statements=[_statement(entry) for entry in shown],
        missing=[_missing(gap) for gap in trace.missing],
    )


def telling(trace: LayerTrace) -> Iterable[StatementTrace]:
    """Statements that decide, are in doubt, or are Allows for the action that come near."""
    for entry in trace.statements:
        near = (
            trace.outcome is Outcome.IMPLICITLY_DENIED
            and entry.statement.effect is Effect.ALLOW
            and ReasonKind.ACTION not in entry.fails_only_by
        )
        if near or entry in trace.deciding or entry.match is Match.UNKNOWN:
            yield entry


def _statement(entry: StatementTrace) -> doc.StatementEntry:
    from bedrock_doctor.render.report_json import span_entry

    statement, document = entry.statement, entry.policy.document
    return doc.StatementEntry(
        policy=_policy(document),
        statement=statement.index + 1,
        sid=statement.sid,
        pointer=statement.pointer,
        span=span_entry(document.source, statement.span),
        effect=statement.effect.value,
        match=entry.match.value,
        reasons=[reason_words(reason) for reason in entry.reasons],
    )


def _policy(document: PolicyDocument) -> doc.PolicyEntry:
    ref = document.ref
    return doc.PolicyEntry(
        name=ref.name,
        title=ref.title or None,
        kind=ref.kind.value,
        account=ref.account or None,
        arn=ref.arn or None,
        attached_to=ref.holder or None,
        file=document.source.path,
    )


def _missing(gap: Missing | UnknownFact) -> doc.MissingEntry:
    if isinstance(gap, UnknownFact):
        return doc.MissingEntry(
            what=f"{gap.key} of the request", absence=None, call=None, account=None, command=None
        )
    return doc.MissingEntry(
        what=gap.what,
        absence=gap.absence.value,
        call=gap.call or None,
        account=gap.account or None,
        command=gap.command or None,
    )
