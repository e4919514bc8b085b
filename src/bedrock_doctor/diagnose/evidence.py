"""What AWS itself said, held against the evaluation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bedrock_doctor.diagnose.claiming import Claimed
from bedrock_doctor.diagnose.owners import management_account
from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.diagnose.signers import wrong_signer
from bedrock_doctor.diagnose.wording import LAYER_WORDS
from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Contradiction, Finding, Layer, Severity, Stage
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.model.way import HopKind, TracedCheck, TracedHop, Way

_POLICY_LAYERS = {
    Layer.IDENTITY: PolicyLayer.IDENTITY,
    Layer.BOUNDARY: PolicyLayer.BOUNDARY,
    Layer.SESSION: PolicyLayer.SESSION,
    Layer.TRUST: PolicyLayer.RESOURCE,
    Layer.RESOURCE: PolicyLayer.RESOURCE,
    Layer.SCP: PolicyLayer.SCP,
    Layer.RCP: PolicyLayer.RCP,
    Layer.ENDPOINT: PolicyLayer.ENDPOINT,
}
_GATES = frozenset(
    {
        Layer.AGREEMENT,
        Layer.MARKETPLACE,
        Layer.USE_CASE,
        Layer.MODEL_ID,
        Layer.MODEL_REGION,
        Layer.LIFECYCLE,
        Layer.ENTITLEMENT,
        Layer.DATA_RETENTION,
        Layer.ACCOUNT,
    }
)
"""Layers of which a message is evidence by itself: no policy of the snapshot speaks against it."""
_STATED = {
    PolicyLayer.ENDPOINT: "state the VPC endpoint of the call with --vpce",
    PolicyLayer.SESSION: "state the session policy of the call with --session-policy",
}
"""Layers that are part of the question: nobody stated them, so that they do not bind."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the evidence makes of a report.

    Attributes:
        claimed: the barriers; those that AWS named carry a note.
        signer: findings about who signed.
        findings: denials that AWS tells of and the evaluation does not show.
        contradictions: between the evidence and the snapshot.
        reported: the finding that AWS is known to have reported.
    """

    claimed: tuple[Claimed, ...]
    signer: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    reported: Finding | None = None


def weigh(
    way: Way,
    hops: tuple[TracedHop, ...],
    claimed: tuple[Claimed, ...],
    snapshot: Snapshot,
    denials: Iterable[Denial],
) -> Told:
    """Compares every denial with the evaluation.

    Args:
        way: the attempt, expanded.
        hops: its hops with the engine's answers.
        claimed: the barriers of the evaluation.
        snapshot: tells who owns what, and when it was made.
        denials: what messages and events of AWS say.
    """
    told = Told(claimed)
    call = hops[len(way.attempt.roles)]
    for denial in denials:
        hop = _hop_of(hops, denial) if denial.action else call
        wrong = wrong_signer(way, hop.hop, denial) if hop else None
        if wrong is not None:
            told = replace(told, signer=(*told.signer, wrong))
            continue
        checks = _checks_of(hop, denial) if hop else ()
        if hop is None or not checks:
            told = replace(told, findings=(*told.findings, _another_call(call, denial)))
            continue
        told = _Meeting(denial, hop, checks, snapshot).weighed(told)
    return told


def _hop_of(hops: tuple[TracedHop, ...], denial: Denial) -> TracedHop | None:
    """The hop that the message speaks of: by its action, for STS also by the role."""
    asked = [hop for hop in hops if _checked_for(hop, denial.action)]
    if denial.action.lower().startswith("sts:") and denial.resource:
        return next((hop for hop in asked if hop.hop.target == denial.resource), None)
    return asked[0] if asked else None


def _checked_for(hop: TracedHop, action: str) -> tuple[TracedCheck, ...]:
    wanted = action.lower()
    return tuple(c for c in hop.checks if c.check.request.action.lower() == wanted)


def _checks_of(hop: TracedHop, denial: Denial) -> tuple[TracedCheck, ...]:
    """The checks that the message speaks of, in whichever Region; all where it names nothing."""
    checks = _checked_for(hop, denial.action) if denial.action else hop.checks
    if not denial.resource or denial.resource == "*":
        return checks
    exact = tuple(c for c in checks if c.check.request.resource == denial.resource)
    return exact or tuple(
        c for c in checks if _anywhere(c.check.request.resource) == _anywhere(denial.resource)
    )


def _anywhere(arn: str) -> str:
    """An ARN without its Region: the destinations of a profile differ by nothing else."""
    try:
        return str(parse_arn(arn).in_region(""))
    except BadArn:
        return arn


def _another_call(call: TracedHop, denial: Denial) -> Finding:
    on = f" on {denial.resource}" if denial.resource else ""
    return _finding(
        "BD010",
        call,
        Layer.SERVICE,
        denial,
        f"the message speaks of a call that this attempt does not make: {denial.action}{on}",
        help="state the attempt that the message is about, or leave the message out",
    )


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One denial and the checks that it speaks of."""

    denial: Denial
    hop: TracedHop
    checks: tuple[TracedCheck, ...]
    snapshot: Snapshot

    def weighed(self, told: Told) -> Told:
        """What is told, with this denial taken into account."""
        layer = _POLICY_LAYERS.get(self.denial.layer) if self.denial.layer else None
        if layer is None:
            return self._gate(told) or self._unnamed(told)
        named = [index for index, c in enumerate(told.claimed) if self._concerns(c, layer)]
        fitting = [index for index in named if self._fits(told.claimed[index])]
        if fitting:
            return self._agrees(told, fitting[0])
        if named:
            found = told.claimed[named[0]].finding.summary
            return self._contradicts(told, layer, f"what denies there is another thing: {found}")
        outcomes = {check.trace.layer(layer).outcome for check in self.checks}
        if Outcome.UNKNOWN in outcomes:
            return self._proves(told, layer, "it was not collected", "collect that layer")
        if layer in _STATED and Outcome.NOT_APPLICABLE in outcomes:
            return self._proves(told, layer, "the attempt states none", _STATED[layer])
        return self._contradicts(told, layer, "the snapshot shows no denial there")

    def _concerns(self, claimed: Claimed, layer: PolicyLayer) -> bool:
        barrier = claimed.barrier
        return barrier.layer is layer and any(check in self.checks for check in barrier.checks)

    def _fits(self, claimed: Claimed) -> bool:
        """Whether a barrier is of the kind, and of the policy, that AWS names."""
        deny, named = claimed.barrier.deny, self.denial.policy_arn
        if self.denial.explicit is not None and self.denial.explicit != (deny is not None):
            return False
        if not named or deny is None:
            return True
        ref = deny.policy.document.ref
        return ref.arn == named or named.rpartition("/")[2] == ref.name

    def _agrees(self, told: Told, index: int) -> Told:
        entry = told.claimed[index]
        words = LAYER_WORDS[entry.barrier.layer]
        policy = f", policy {self.denial.policy_arn}" if self.denial.policy_arn else ""
        note = f"the message of {self.denial.source} agrees: AWS names the {words} layer{policy}"
        finding = replace(entry.finding, notes=(*entry.finding.notes, note))
        claimed = list(told.claimed)
        claimed[index] = replace(entry, finding=finding)
        return replace(told, claimed=tuple(claimed), reported=told.reported or finding)

    def _named(self, layer: PolicyLayer) -> str:
        policy = f", policy {self.denial.policy_arn}" if self.denial.policy_arn else ""
        return f"AWS names the {LAYER_WORDS[layer]} layer{policy}"

    def _proves(self, told: Told, layer: PolicyLayer, why: str, help: str) -> Told:
        """AWS denied by a layer of which the evaluation knows nothing."""
        summary = f"{self._named(layer)}; {why}"
        found = self._finding("BD011", self.denial.layer, summary, f"{help}, then diagnose again")
        return replace(told, findings=(*told.findings, found))

    def _contradicts(self, told: Told, layer: PolicyLayer, seen: str) -> Told:
        named = self._named(layer)
        again = "collect that layer again, then diagnose again"
        found = self._finding("BD010", self.denial.layer, f"{named}, and {seen}", again)
        against = Contradiction(self.denial.layer or Layer.SERVICE, named, seen, self._meaning())
        return replace(
            told,
            findings=(*told.findings, found),
            contradictions=(*told.contradictions, against),
        )

    def _gate(self, told: Told) -> Told | None:
        """A denial by a gate of account or model that the words settle; None for all others."""
        rule = BY_ID.get(self.denial.finding)
        if rule is None or rule.layer not in _GATES:
            return None
        summary = f"{rule.sentence}, as AWS says"
        found = self._finding(rule.id, rule.layer, summary, rule.advice)
        return replace(told, findings=(*told.findings, found), reported=told.reported or found)

    def _unnamed(self, told: Told) -> Told:
        """A denial without a policy layer: of IAM where a barrier is known, else of a gate."""
        known = [
            entry.finding
            for entry in told.claimed
            if any(check in self.checks for check in entry.barrier.checks)
        ]
        if known:
            return replace(told, reported=told.reported or known[0])
        if any(check.trace.decision.outcome is Outcome.UNKNOWN for check in self.checks):
            summary = "AWS denied the call and names no layer; what was not collected decides it"
            found = self._finding("BD011", Layer.SERVICE, summary, "collect what is missing")
            return replace(told, findings=(*told.findings, found))
        summary = "AWS denied the call and names no layer; all policies of the snapshot allow it"
        advice = "read what the message means: bedrock-doctor explain"
        found = self._finding("BD010", Layer.SERVICE, summary, advice)
        seen = "the policies in it let the call pass"
        against = Contradiction(Layer.SERVICE, "AWS denied the call", seen, self._meaning())
        return replace(
            told,
            findings=(*told.findings, found),
            contradictions=(*told.contradictions, against),
        )

    def _meaning(self) -> str:
        made, told = self.snapshot.created, self.denial.event.time if self.denial.event else ""
        if made and told and made < told:
            return f"the snapshot of {made} is older than the message of {told}"
        if made and told:
            return f"the policies were changed between the message of {told} and {made}"
        return "the snapshot is older than the message, or the request was another one"

    def _finding(self, name: str, layer: Layer | None, summary: str, help: str) -> Finding:
        found = _finding(name, self.hop, layer or Layer.SERVICE, self.denial, summary, help=help)
        owner = self._owner(found.layer)
        return replace(found, owner_account=owner, blocking=True, severity=Severity.ERROR)

    def _owner(self, layer: Layer) -> str:
        """Who owns the layer that AWS names; empty when not known."""
        request, account = self.checks[0].check.request, self.hop.hop.account
        if layer in (Layer.SCP, Layer.RCP):
            named = self.denial.policy_arn.split(":")
            bound = account if layer is Layer.SCP else request.resource_account or ""
            return named[4] if len(named) > 4 else management_account(self.snapshot, bound)
        if layer in (Layer.TRUST, Layer.RESOURCE):
            return request.resource_account or account
        if layer is Layer.ENDPOINT:
            return self.denial.event.endpoint_account if self.denial.event else ""
        return "" if layer is Layer.SERVICE else account


def _finding(
    name: str, hop: TracedHop, layer: Layer, denial: Denial, summary: str, *, help: str
) -> Finding:
    rule = BY_ID[name]
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=Stage.ASSUME if hop.hop.kind is HopKind.ASSUME else Stage.INVOKE,
        hop_index=hop.hop.index,
        layer=layer,
        owner_account="",
        severity=rule.severity,
        blocking=False,
        summary=summary,
        notes=(f"{denial.source}: {denial.text}",),
        help=(help,),
        subjects=tuple(filter(None, (denial.policy_arn, denial.resource))),
    )
