"""Barriers: the denying layers of an attempt, grouped by cause.

A barrier is one thing that somebody must change. The same statement that denies four destination
Regions is one barrier; a profile ARN and a model ARN that are both not allowed are two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_doctor.model.policy import Effect
from bedrock_doctor.model.trace import (
    LayerTrace,
    LevelTrace,
    Match,
    Outcome,
    PolicyLayer,
    Reason,
    ReasonKind,
    StatementTrace,
)
from bedrock_doctor.model.way import HopKind, Purpose, TracedCheck, TracedHop, Way

_MODELS = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL)
_ORDER = (
    PolicyLayer.RCP,
    PolicyLayer.SCP,
    PolicyLayer.ENDPOINT,
    PolicyLayer.RESOURCE,
    PolicyLayer.IDENTITY,
    PolicyLayer.BOUNDARY,
    PolicyLayer.SESSION,
)
"""The order in which AWS evaluates implicit denials.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""


@dataclass(frozen=True, slots=True)
class Barrier:
    """One cause that denies one or several checks of a hop in one layer.

    Attributes:
        way: the attempt.
        hop: the hop.
        layer: the denying layer.
        checks: the checks that it denies, in AWS's order.
        position: number of the first of them in the hop.
        deny: the statement that denies explicitly; None for an implicit denial.
        reason: for trust policies the one condition or principal that fails.
        nearest: the statement that comes closest to allowing.
        level: the level of an SCP hierarchy that lacks an Allow.
        lacks_action: no Allow of the layer covers the action at all.
    """

    way: Way
    hop: TracedHop
    layer: PolicyLayer
    checks: tuple[TracedCheck, ...]
    position: int
    deny: StatementTrace | None = None
    reason: Reason | None = None
    nearest: StatementTrace | None = None
    level: LevelTrace | None = None
    lacks_action: bool = False

    @property
    def first(self) -> TracedCheck:
        """The first check that is denied."""
        return self.checks[0]

    @property
    def trace(self) -> LayerTrace:
        """The layer's answer to that check."""
        return self.first.trace.layer(self.layer)

    @property
    def action(self) -> str:
        """The IAM action of that check."""
        return self.first.check.request.action

    @property
    def purpose(self) -> Purpose:
        """What that check is about."""
        return self.first.check.purpose

    @property
    def assumes(self) -> bool:
        """Whether the hop assumes a role."""
        return self.hop.hop.kind is HopKind.ASSUME

    @property
    def resources(self) -> tuple[str, ...]:
        """The ARNs that are denied, in order, each once."""
        return tuple(dict.fromkeys(check.check.request.resource for check in self.checks))

    @property
    def regions(self) -> tuple[str, ...]:
        """The requested Regions that are denied, sorted."""
        return tuple(sorted({check.check.region for check in self.checks}))

    @property
    def order(self) -> tuple[int, int, int, int]:
        """AWS's order: hop, check, explicit before implicit, layer."""
        return (
            self.hop.hop.index,
            self.position,
            0 if self.deny else 1,
            _ORDER.index(self.layer),
        )


def barriers(way: Way, hop: TracedHop) -> tuple[Barrier, ...]:
    """All barriers of one hop, in AWS's order."""
    found = [*_explicit(way, hop), *_implicit(way, hop)]
    return tuple(sorted(found, key=lambda barrier: barrier.order))


def _explicit(way: Way, hop: TracedHop) -> Iterator[Barrier]:
    groups: dict[
        tuple[PolicyLayer, object, str], list[tuple[int, TracedCheck, StatementTrace]]
    ] = {}
    for position, check in enumerate(hop.checks):
        for layer in check.trace.decision.blocked_by:
            trace = check.trace.layer(layer)
            if trace.outcome is not Outcome.EXPLICITLY_DENIED:
                continue
            for entry in trace.deciding:
                key = (layer, entry.policy.document.ref, entry.statement.pointer)
                groups.setdefault(key, []).append((position, check, entry))
    for (layer, _, _), members in groups.items():
        checks = tuple({position: check for position, check, _ in members}.values())
        yield Barrier(way, hop, layer, checks, members[0][0], deny=members[0][2])


def _implicit(way: Way, hop: TracedHop) -> Iterator[Barrier]:
    groups: dict[tuple[PolicyLayer, str], list[tuple[int, TracedCheck]]] = {}
    denied_layers: set[PolicyLayer] = set()
    for position, check in enumerate(hop.checks):
        for layer in check.trace.decision.blocked_by:
            trace = check.trace.layer(layer)
            if trace.outcome is not Outcome.IMPLICITLY_DENIED:
                continue
            if _same_cause_as_assume(check, trace, denied_layers):
                continue
            if check.check.purpose is Purpose.ASSUME_ROLE:
                denied_layers.add(layer)
            key = (layer, _family(check, trace))
            groups.setdefault(key, []).append((position, check))
    for (layer, family), members in groups.items():
        checks = tuple(check for _, check in members)
        base = Barrier(way, hop, layer, checks, members[0][0], lacks_action=family == "action")
        yield from _causes(base)


def _same_cause_as_assume(check: TracedCheck, trace: LayerTrace, denied: set[PolicyLayer]) -> bool:
    """Whether TagSession or SetSourceIdentity fails for the reason that AssumeRole fails for.

    It does when the layer's Allows do cover the action: they then fail by principal, resource or
    condition, as they did for AssumeRole.
    """
    extra = check.check.purpose in (Purpose.TAG_SESSION, Purpose.SET_SOURCE_IDENTITY)
    return extra and trace.layer in denied and bool(covering(trace))


def _family(check: TracedCheck, trace: LayerTrace) -> str:
    """Checks of one family are mended by one change."""
    purpose = check.check.purpose
    if trace.layer is not PolicyLayer.IDENTITY:
        return check.check.request.action
    if not covering(trace):
        return "action"
    return "model" if purpose in _MODELS else purpose.value


def covering(trace: LayerTrace) -> tuple[StatementTrace, ...]:
    """The Allow statements of a layer whose action covers the request."""
    return tuple(
        entry
        for entry in trace.statements
        if entry.statement.effect is Effect.ALLOW and ReasonKind.ACTION not in entry.fails_only_by
    )


def nearest(trace: LayerTrace) -> StatementTrace | None:
    """The Allow statement that comes closest to matching: fewest reasons, near misses first."""
    candidates = [e for e in covering(trace) if e.match is not Match.YES]
    if not candidates:
        return None
    return min(
        candidates,
        key=lambda entry: (
            len(entry.reasons),
            len(entry.fails_only_by & {ReasonKind.PRINCIPAL, ReasonKind.RESOURCE}),
            -sum(1 for reason in entry.reasons if reason.near),
            entry.statement.index,
        ),
    )


def _causes(base: Barrier) -> Iterator[Barrier]:
    trace = base.trace
    close = nearest(trace)
    if base.layer is PolicyLayer.SCP:
        for level in trace.levels:
            if level.outcome is Outcome.IMPLICITLY_DENIED:
                yield _with(base, nearest=close, level=level)
        return
    if base.layer is PolicyLayer.RESOURCE and close is not None:
        failing = [r for r in close.reasons if r.kind is not ReasonKind.KEY_UNKNOWN]
        for reason in failing:
            yield _with(base, nearest=close, reason=reason)
        return
    yield _with(base, nearest=close)


def _with(
    base: Barrier,
    *,
    nearest: StatementTrace | None,
    reason: Reason | None = None,
    level: LevelTrace | None = None,
) -> Barrier:
    return Barrier(
        base.way,
        base.hop,
        base.layer,
        base.checks,
        base.position,
        None,
        reason,
        nearest,
        level,
        base.lacks_action,
    )
