"""Hops that AWS was seen to let pass: what the evaluation denies or does not know there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bedrock_doctor.model.finding import Contradiction, Finding, Layer, Unknown
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import Purpose, TracedCheck, TracedHop

_OF_NAME = "sts:rolesessionname"
_GUARDRAIL = (Purpose.GUARDRAIL, Purpose.ENFORCED_GUARDRAIL, Purpose.GUARDRAIL_PROFILE)
"""Checks that no passage proves: AWS does not document whether ApplyGuardrail is authorized before
a body is refused.

https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Passages that prove what they are about.

    Attributes:
        hops: numbers of the hops that pass, whatever the evaluation says.
    """

    hops: frozenset[int]

    def unless_passed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings without those that AWS has shown to be wrong."""
        return tuple(f for f in findings if not (f.blocking and self.shows(f)))

    def settled(self, points: Iterable[Unknown]) -> tuple[Unknown, ...]:
        """The open points: none that a passage settles is decisive."""
        return tuple(
            replace(point, decisive=False) if self.shows(point) else point for point in points
        )

    def left(self, hops: Iterable[TracedHop]) -> tuple[TracedCheck, ...]:
        """The checks that no passage settles."""
        return tuple(
            check
            for hop in hops
            for check in hop.checks
            if hop.hop.index not in self.hops or check.check.purpose in _GUARDRAIL
        )

    def decide(self, hops: Iterable[TracedHop]) -> bool:
        """Whether one of these hops would not have been allowed by evaluation alone."""
        return any(
            check.trace.decision.outcome is not Outcome.ALLOWED
            for hop in hops
            if hop.hop.index in self.hops
            for check in hop.checks
        )

    def shows(self, point: Finding | Unknown) -> bool:
        """Whether a passage says otherwise."""
        return point.hop_index in self.hops and point.layer is not Layer.GUARDRAIL


def seen_to_pass(passages: Iterable[Passage], hops: Iterable[TracedHop]) -> Seen:
    """Passages count as proof, unless a condition of their hop waits for another session name."""
    waiting = {hop.hop.index for hop in hops if _waits_for_name(hop)}
    return Seen(
        frozenset(
            passage.hop_index
            for passage in passages
            if not (passage.session_name and passage.hop_index in waiting)
        )
    )


def contradictions(
    passages: Iterable[Passage], seen: Seen, findings: Iterable[Finding]
) -> tuple[Contradiction, ...]:
    """What the evaluation denies although AWS let it pass."""
    by_hop = {passage.hop_index: passage for passage in passages}
    return tuple(
        Contradiction(
            finding.layer,
            f"AWS let {_named(by_hop[finding.hop_index])} pass",
            f"the evaluation shows a denial there: {finding.summary}",
            "AWS is right: what was collected is older, or the attempt was stated otherwise",
        )
        for finding in findings
        if finding.blocking and seen.shows(finding)
    )


def _named(passage: Passage) -> str:
    return f"{passage.action} on {passage.target}"


def _waits_for_name(hop: TracedHop) -> bool:
    return any(
        isinstance(cause, UnknownFact) and cause.key.lower() == _OF_NAME
        for check in hop.checks
        for layer in check.trace.layers
        for cause in layer.missing
    )
