"""Barriers become findings: each is claimed by exactly one rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedrock_doctor.diagnose.barrier import Barrier, barriers
from bedrock_doctor.diagnose.base import Claim, Rule
from bedrock_doctor.diagnose.owners import owner_of, report_layer
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.precedence import CLAIMANTS
from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.diagnose.wording import counted, layer_words, listed, relief
from bedrock_doctor.model.finding import Finding, Layer, Severity, Stage
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import HopKind, TracedHop, Way

_OWN_LAYERS = (Layer.TAGGING, Layer.GUARDRAIL, Layer.API_KEY, Layer.CREDENTIALS)
"""Layers of the report that a rule stands for, whichever policy layer denies."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A barrier with the finding that explains it.

    Attributes:
        barrier: the barrier.
        finding: the finding of the rule that claimed it.
        crashes: one finding for each rule that failed on it.
    """

    barrier: Barrier
    finding: Finding
    crashes: tuple[Finding, ...] = ()


def claimed_barriers(
    way: Way,
    hops: Iterable[TracedHop],
    snapshot: Snapshot,
    claimants: Iterable[Rule] = CLAIMANTS,
) -> Iterator[Claimed]:
    """Every barrier of the way, in AWS's order, with its finding.

    Args:
        way: the attempt, expanded.
        hops: its hops with the engine's answers.
        snapshot: tells who owns the organization's policies.
        claimants: the rules, in the order in which they are asked.
    """
    rules = tuple(claimants)
    for hop in hops:
        for barrier in barriers(way, hop):
            yield _claimed(barrier, snapshot, rules)


def _claimed(barrier: Barrier, snapshot: Snapshot, rules: tuple[Rule, ...]) -> Claimed:
    crashes: list[Finding] = []
    for rule in rules:
        try:
            claim = rule.claims(barrier) if rule.claims else None
        except Exception as error:
            crashes.append(_crash(rule, error, barrier, snapshot))
            continue
        if claim is not None:
            return Claimed(barrier, _finding(rule, claim, barrier, snapshot), tuple(crashes))
    return Claimed(barrier, _unexplained(barrier, snapshot), tuple(crashes))


def _finding(
    rule: Rule,
    claim: Claim,
    barrier: Barrier,
    snapshot: Snapshot,
    *,
    severity: Severity | None = None,
    blocking: bool = True,
) -> Finding:
    hop = barrier.hop.hop
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=Stage.ASSUME if hop.kind is HopKind.ASSUME else Stage.INVOKE,
        hop_index=hop.index,
        layer=rule.layer if rule.layer in _OWN_LAYERS else report_layer(barrier),
        owner_account=owner_of(barrier, snapshot),
        severity=severity or rule.severity,
        blocking=blocking,
        summary=claim.summary,
        place=claim.place,
        notes=claim.notes,
        help=claim.help,
        subjects=claim.subjects,
    )


def _unexplained(barrier: Barrier, snapshot: Snapshot) -> Finding:
    """A denial that no rule explains is reported all the same."""
    claim = Claim(
        f"the {layer_words(barrier)} layer does not let {listed(barrier.actions)} pass on "
        f"{counted(len(barrier.resources), 'resource')}",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )
    return _finding(BY_ID["BD000"], claim, barrier, snapshot, severity=Severity.ERROR)


def _crash(rule: Rule, error: Exception, barrier: Barrier, snapshot: Snapshot) -> Finding:
    claim = Claim(
        f"rule {rule.id} failed with {type(error).__name__}; another rule explains the barrier",
        notes=(str(error),) if str(error) else (),
        subjects=(rule.id,),
    )
    return _finding(BY_ID["BD000"], claim, barrier, snapshot, blocking=False)
