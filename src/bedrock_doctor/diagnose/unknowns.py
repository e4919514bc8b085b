"""Layers that cannot be told, what would settle them, and which finding would follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.model.finding import Finding, Layer, Severity, Stage, Unknown
from bedrock_doctor.model.missing import Absence, Missing, UnknownFact
from bedrock_doctor.model.trace import LayerTrace, Outcome, PolicyLayer, Trace
from bedrock_doctor.model.way import HopKind, Purpose, TracedCheck, TracedHop, Way

_IF_DENIED = {
    (PolicyLayer.SCP, True): "BD301",
    (PolicyLayer.SCP, False): "BD311",
    (PolicyLayer.RCP, True): "BD250",
    (PolicyLayer.RCP, False): "BD250",
    (PolicyLayer.IDENTITY, True): "BD201",
    (PolicyLayer.IDENTITY, False): "BD401",
    (PolicyLayer.BOUNDARY, True): "BD205",
    (PolicyLayer.BOUNDARY, False): "BD411",
    (PolicyLayer.SESSION, True): "BD206",
    (PolicyLayer.SESSION, False): "BD413",
    (PolicyLayer.RESOURCE, True): "BD215",
    (PolicyLayer.RESOURCE, False): "BD420",
    (PolicyLayer.ENDPOINT, True): "BD501",
    (PolicyLayer.ENDPOINT, False): "BD502",
}
_NOT_TO_COLLECT = (Absence.MALFORMED, Absence.UNREADABLE, Absence.UNDOCUMENTED)
"""Damaged files and policies have findings of their own, BD001 and BD002; what AWS does not
document is in no file."""
OWN_LAYERS = {
    Purpose.TAG_SESSION: Layer.TAGGING,
    Purpose.SET_SOURCE_IDENTITY: Layer.TAGGING,
    Purpose.BEARER_TOKEN: Layer.API_KEY,
    Purpose.GUARDRAIL: Layer.GUARDRAIL,
    Purpose.ENFORCED_GUARDRAIL: Layer.GUARDRAIL,
    Purpose.GUARDRAIL_PROFILE: Layer.GUARDRAIL,
}
"""Checks that are layers of the report, whichever policy layer denies them."""
_OWN_FINDINGS = {
    Purpose.TAG_SESSION: ("BD240", "BD241"),
    Purpose.SET_SOURCE_IDENTITY: ("BD242", "BD243"),
    Purpose.BEARER_TOKEN: ("BD115", "BD115"),
    Purpose.GUARDRAIL: ("BD703", "BD701"),
    Purpose.ENFORCED_GUARDRAIL: ("BD703", "BD701"),
    Purpose.GUARDRAIL_PROFILE: ("BD703", "BD704"),
    Purpose.INPUT_DATA: ("BD732", "BD732"),
    Purpose.OUTPUT_DATA: ("BD732", "BD732"),
}
"""Findings of these checks: by the resource-based policy, by another layer."""


def unknowns(way: Way, hops: Iterable[TracedHop], *, certain: bool) -> tuple[Unknown, ...]:
    """Everything that is not known, each thing once for each hop and layer.

    Args:
        way: the attempt, expanded.
        hops: its hops with the engine's answers.
        certain: whether something denies for certain; then nothing unknown is decisive.
    """
    found: dict[tuple[int, Layer, str], Unknown] = {}
    for hop in hops:
        for check in hop.checks:
            for trace in check.trace.layers:
                for unknown in _of_layer(way, hop, check, trace, certain):
                    key = (unknown.hop_index, unknown.layer, unknown.missing)
                    known = found.get(key)
                    if known is None or (unknown.decisive and not known.decisive):
                        found[key] = unknown
    return tuple(found.values())


def _of_layer(
    way: Way, hop: TracedHop, check: TracedCheck, trace: LayerTrace, certain: bool
) -> Iterator[Unknown]:
    decides = any(cause in check.trace.deciding_missing for cause in trace.missing)
    if trace.outcome is not Outcome.UNKNOWN and not decides:
        return
    assumes = hop.hop.kind is HopKind.ASSUME
    stage = Stage.ASSUME if assumes else Stage.INVOKE
    for cause in trace.missing:
        decisive = not certain and cause in check.trace.deciding_missing
        yield Unknown(
            stage=stage,
            hop_index=hop.hop.index,
            layer=_layer(check, trace.layer, assumes),
            account=_account(cause, check.trace),
            decisive=decisive,
            missing=_what(cause),
            cause=cause,
            settle=_settle(cause),
            if_denied=_if_denied(way, check, trace.layer, assumes),
        )
    for policy in trace.broken:
        ref = policy.document.ref
        yield Unknown(
            stage=stage,
            hop_index=hop.hop.index,
            layer=_layer(check, trace.layer, assumes),
            account=ref.account,
            decisive=not certain and check.trace.decision.outcome is Outcome.UNKNOWN,
            missing=f"{ref.kind} {ref.name} (malformed)",
            settle=(f"collect the {ref.kind} {ref.name} again",),
            if_denied=_if_denied(way, check, trace.layer, assumes),
        )


def _if_denied(way: Way, check: TracedCheck, layer: PolicyLayer, assumes: bool) -> str:
    """The finding to expect: for an SCP on a call that is routed, its Region fence."""
    if check.check.purpose in _OWN_FINDINGS:
        of_resource, of_others = _OWN_FINDINGS[check.check.purpose]
        return of_resource if layer is PolicyLayer.RESOURCE else of_others
    targets = way.target.behind or (way.target,)
    if layer is PolicyLayer.SCP and not assumes and any(t.is_global for t in targets):
        return "BD313"
    if layer is PolicyLayer.SCP and not assumes and any(t.destinations for t in targets):
        return "BD312"
    return _IF_DENIED[layer, assumes]


def _layer(check: TracedCheck, layer: PolicyLayer, assumes: bool) -> Layer:
    if check.check.purpose in OWN_LAYERS:
        return OWN_LAYERS[check.check.purpose]
    if layer is PolicyLayer.RESOURCE:
        return Layer.TRUST if assumes else Layer.RESOURCE
    return Layer.ENDPOINT if layer is PolicyLayer.ENDPOINT else Layer(layer.value)


def _account(cause: Missing | UnknownFact, trace: Trace) -> str:
    if isinstance(cause, Missing) and cause.account:
        return cause.account
    return trace.request.principal.account


def _what(cause: Missing | UnknownFact) -> str:
    if isinstance(cause, UnknownFact):
        return f"{cause.key} of the request"
    reason = f" ({cause.absence}: {cause.code})" if cause.code else ""
    return f"{cause.what}{reason}"


def _settle(cause: Missing | UnknownFact) -> tuple[str, ...]:
    if isinstance(cause, UnknownFact):
        option = cause.settle or f"--context {cause.key}=VALUE"
        return (f"state it: {option}",)
    paste = "call once and pass the message: bedrock-doctor diagnose --error -"
    if not cause.command:
        return (paste,)
    where = f" in account {cause.account}" if cause.account else ""
    file = f" > {cause.path}" if cause.path else ""
    return (f"have it collected{where}: {cause.command}{file}", paste)


def findings(points: Iterable[Unknown]) -> Iterator[Finding]:
    """One finding for missing documents and one for unknown facts, where they decide."""
    decisive = [point for point in points if point.decisive]
    facts = [point for point in decisive if isinstance(point.cause, UnknownFact)]
    documents = [
        point
        for point in decisive
        if isinstance(point.cause, Missing) and point.cause.absence not in _NOT_TO_COLLECT
    ]
    for name, group in (("BD021", documents), ("BD022", facts)):
        if not group:
            continue
        rule = BY_ID[name]
        things = "1 thing that is" if len(group) == 1 else f"{len(group)} things that are"
        known = "not in the snapshot" if name == "BD021" else "not stated"
        yield Finding(
            id=rule.id,
            slug=rule.slug,
            stage=group[0].stage,
            hop_index=group[0].hop_index,
            layer=group[0].layer,
            owner_account=group[0].account,
            severity=Severity.WARNING,
            blocking=False,
            summary=f"the answer depends on {things} {known}",
            subjects=tuple(point.missing for point in group),
        )
