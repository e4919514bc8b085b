"""What AWS itself said, held against the evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Contradiction, Finding, Layer, Stage
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.model.way import Hop, HopKind, TracedHop, Way

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


@dataclass(frozen=True, slots=True)
class Told:
    """What the evidence adds to a report."""

    signer: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def weigh(
    way: Way, hops: tuple[TracedHop, ...], found: tuple[Finding, ...], denials: Iterable[Denial]
) -> Told:
    """Compares every denial with the evaluation."""
    total = Told()
    for denial in denials:
        hop = _hop_of(hops, denial)
        wrong = _wrong_signer(way, hop.hop, denial) if hop else None
        if wrong is not None:
            total = replace(total, signer=(*total.signer, wrong))
            continue
        if hop is None or denial.layer is None:
            continue
        told, against = _layer(hop, found, denial)
        total = replace(
            total,
            findings=(*total.findings, *told),
            contradictions=(*total.contradictions, *against),
        )
    return total


def _hop_of(hops: tuple[TracedHop, ...], denial: Denial) -> TracedHop | None:
    """The hop that the message speaks of: by its action, for STS also by the role."""
    sts = denial.action.lower().startswith("sts:")
    kind = HopKind.ASSUME if sts else HopKind.INVOKE
    fitting = [hop for hop in hops if hop.hop.kind is kind]
    asked = [hop for hop in fitting if _asks(hop, denial.action)]
    if sts and denial.resource:
        return next((hop for hop in asked if hop.hop.target == denial.resource), None)
    return asked[0] if asked else None


def _asks(hop: TracedHop, action: str) -> bool:
    """Whether the hop is checked for the action."""
    return any(check.check.request.action.lower() == action.lower() for check in hop.checks)


def _wrong_signer(way: Way, hop: Hop, denial: Denial) -> Finding | None:
    try:
        signed = parse_principal(denial.principal) if denial.principal else None
        expected = parse_principal(hop.principal)
    except BadArn:
        return None
    if signed is None or signed.kind is PrincipalKind.ANONYMOUS or _same(signed, expected):
        return None
    rule = BY_ID["BD101"]
    notes = []
    if signed.account != expected.account:
        notes.append(f"it is of account {signed.account}, the role is of {expected.account}")
    earlier = [h for h in way.hops if h.index < hop.index and _signs(h, signed)]
    if earlier:
        notes.append(f"the role {name_of(hop.principal)} was not assumed: its caller signed")
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=Stage.SIGN,
        hop_index=hop.index,
        layer=Layer.CREDENTIALS,
        owner_account=signed.account,
        severity=rule.severity,
        blocking=True,
        summary=f"{denial.principal} signed the call, not {name_of(hop.principal)}",
        notes=tuple(notes),
        help=("make the application sign as the role: find which credentials win over it",),
        subjects=(denial.principal,),
    )


def _signs(hop: Hop, signed: Principal) -> bool:
    try:
        return _same(signed, parse_principal(hop.principal))
    except BadArn:
        return False


def _same(one: Principal, other: Principal) -> bool:
    """Whether two principals are the same user or sessions of the same role."""
    users = PrincipalKind.USER in (one.kind, other.kind)
    if users and one.kind is not other.kind:
        return False
    return one.account == other.account and one.name == other.name


def _layer(
    hop: TracedHop, found: tuple[Finding, ...], denial: Denial
) -> tuple[Iterator[Finding] | tuple[Finding, ...], tuple[Contradiction, ...]]:
    layer = denial.layer
    if layer is None or layer not in _POLICY_LAYERS:
        return (), ()
    if any(f.hop_index == hop.hop.index and f.layer is layer for f in found):
        return (), ()
    outcomes = _outcomes(hop, denial, _POLICY_LAYERS[layer])
    named = f"AWS names the {layer.value} layer"
    policy = f", policy {denial.policy_arn}" if denial.policy_arn else ""
    if Outcome.UNKNOWN in outcomes:
        return (
            (
                _finding(
                    "BD011",
                    hop.hop,
                    layer,
                    denial,
                    f"{named}{policy}; it was not collected",
                    blocking=True,
                ),
            ),
            (),
        )
    meaning = "the snapshot is older than the message, or the request was another one"
    against = Contradiction(
        layer, f"{named}{policy}", "the policies of that layer let the call pass", meaning
    )
    summary = f"{named}{policy}, and the snapshot shows no denial there"
    return (_finding("BD010", hop.hop, layer, denial, summary, blocking=True),), (against,)


def _outcomes(hop: TracedHop, denial: Denial, layer: PolicyLayer) -> set[Outcome]:
    checks = [
        check
        for check in hop.checks
        if not denial.resource or check.check.request.resource == denial.resource
    ]
    return {check.trace.layer(layer).outcome for check in checks or hop.checks}


def _finding(
    name: str, hop: Hop, layer: Layer, denial: Denial, summary: str, *, blocking: bool
) -> Finding:
    rule = BY_ID[name]
    owner = hop.account
    if layer in (Layer.SCP, Layer.RCP):
        owner = denial.policy_arn.split(":")[4] if denial.policy_arn else ""
    elif layer is Layer.TRUST:
        owner = hop.target.split(":")[4]
    return Finding(
        id=rule.id,
        slug=rule.slug,
        stage=Stage.ASSUME if hop.kind is HopKind.ASSUME else Stage.INVOKE,
        hop_index=hop.index,
        layer=layer,
        owner_account=owner,
        severity=rule.severity,
        blocking=blocking,
        summary=summary,
        notes=(f"{denial.source}: {denial.text}",),
        help=("collect that layer again, then diagnose again",),
        subjects=tuple(filter(None, (denial.policy_arn, denial.resource))),
    )
