"""Barriers: the denying layers of an attempt, grouped by cause.

A barrier is one thing that somebody must change. The same statement that denies four destination
Regions is one barrier; a profile ARN and a model ARN that are both not allowed are two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.model.policy import Effect, PolicyRef
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
Cause = tuple[Hashable, ...]
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
        positions: numbers of these checks in the hop, from 0.
        deny: the statement that denies explicitly; None for an implicit denial.
        reason: for resource-based policies the one condition or principal that fails.
        nearest: the statement that comes closest to allowing.
        level: the level of an SCP hierarchy that lacks an Allow.
        lacks_action: no Allow of the layer covers the action at all.
    """

    way: Way
    hop: TracedHop
    layer: PolicyLayer
    checks: tuple[TracedCheck, ...]
    positions: tuple[int, ...]
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
    def actions(self) -> tuple[str, ...]:
        """The IAM actions that are denied, in order, each once."""
        return tuple(dict.fromkeys(check.check.request.action for check in self.checks))

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
            self.positions[0],
            0 if self.deny else 1,
            _ORDER.index(self.layer),
        )


def barriers(way: Way, hop: TracedHop) -> tuple[Barrier, ...]:
    """All barriers of one hop, in AWS's order."""
    found: dict[Cause, Barrier] = {}
    for position, check in enumerate(hop.checks):
        for layer in check.trace.decision.blocked_by:
            for barrier in _of_layer(Barrier(way, hop, layer, (check,), (position,))):
                cause = _cause(barrier)
                known = found.get(cause)
                found[cause] = _joined(known, barrier) if known else barrier
    return tuple(sorted(found.values(), key=lambda barrier: barrier.order))


def _joined(one: Barrier, other: Barrier) -> Barrier:
    checks, positions = (*one.checks, *other.checks), (*one.positions, *other.positions)
    return replace(one, checks=checks, positions=positions)


def _of_layer(base: Barrier) -> Iterator[Barrier]:
    """Each thing in one layer that denies one check."""
    trace = base.trace
    if trace.outcome is Outcome.EXPLICITLY_DENIED:
        yield from (replace(base, deny=entry) for entry in trace.deciding)
        return
    lacking = [level for level in trace.levels if level.outcome is Outcome.IMPLICITLY_DENIED]
    if lacking:
        for level in lacking:
            close = nearest(level.statements)
            yield replace(base, nearest=close, level=level, lacks_action=close is None)
        return
    close = nearest(trace.statements)
    lacks = not covering(trace.statements)
    failing = [
        reason
        for reason in (close.reasons if close and base.layer is PolicyLayer.RESOURCE else ())
        if reason.kind not in (ReasonKind.KEY_UNKNOWN, ReasonKind.LEFT_OPEN)
    ]
    if failing:
        yield from (replace(base, nearest=close, reason=reason) for reason in failing)
    else:
        yield replace(base, nearest=close, lacks_action=lacks)


def _cause(barrier: Barrier) -> Cause:
    """What checks have in common that are mended by one change."""
    layer, close = barrier.layer, barrier.nearest
    if barrier.deny is not None:
        return (layer, "deny", *_statement(barrier.deny))
    if barrier.level is not None:
        return (layer, "level", barrier.level.target, barrier.action)
    if barrier.reason is not None and close is not None:
        return (layer, *_statement(close), barrier.reason.kind, barrier.reason.at.pointer)
    if close is None:
        return (layer, "action", barrier.action)
    if barrier.assumes:
        return (layer, *_statement(close), *_reasons(close))
    if layer is not PolicyLayer.IDENTITY:
        return (layer, barrier.action, _conditions(close))
    family = "model" if barrier.purpose in _MODELS else barrier.purpose.value
    return (layer, family, barrier.action, _conditions(close))


def _statement(entry: StatementTrace) -> tuple[PolicyRef, str]:
    return entry.policy.document.ref, entry.statement.pointer


def _reasons(entry: StatementTrace) -> tuple[str, ...]:
    return tuple(reason.at.pointer for reason in entry.reasons)


def _conditions(entry: StatementTrace) -> Cause:
    """The conditions by which alone a statement fails; empty where it fails by more."""
    return (*_statement(entry), *_reasons(entry)) if fails_by_conditions(entry) else ()


def fails_by_conditions(entry: StatementTrace) -> bool:
    """Whether a statement covers principal, action and resource, but for its conditions."""
    return bool(entry.reasons) and all(reason.condition is not None for reason in entry.reasons)


def covering(statements: Iterable[StatementTrace]) -> tuple[StatementTrace, ...]:
    """The Allow statements whose action covers the request."""
    return tuple(
        entry
        for entry in statements
        if entry.statement.effect is Effect.ALLOW and ReasonKind.ACTION not in entry.fails_only_by
    )


def nearest(statements: Iterable[StatementTrace]) -> StatementTrace | None:
    """The Allow statement that comes closest to matching: fewest reasons, near misses first."""
    candidates = [e for e in covering(statements) if e.match is not Match.YES]
    return min(
        candidates,
        key=lambda entry: (
            len(entry.reasons),
            len(entry.fails_only_by & {ReasonKind.PRINCIPAL, ReasonKind.RESOURCE}),
            -sum(1 for reason in entry.reasons if reason.near),
            entry.statement.index,
        ),
        default=None,
    )
