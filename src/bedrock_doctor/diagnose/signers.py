"""Who signed a call, held against who should have."""

from __future__ import annotations

from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Finding, Layer, Stage
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.model.way import Hop, Way


def wrong_signer(way: Way, hop: Hop, denial: Denial) -> Finding | None:
    """The finding that another principal signed than the hop expects; None when it is the same.

    Args:
        way: the attempt, expanded.
        hop: the hop that the message speaks of.
        denial: the message.
    """
    signed, expected = _principal(denial.principal), _principal(hop.principal)
    if signed is None or expected is None or _same(signed, expected):
        return None
    rule = BY_ID["BD101"]
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
        notes=_notes(way, hop, signed, expected),
        help=("make the application sign as the role: find which credentials win over it",),
        subjects=(denial.principal,),
    )


def _notes(way: Way, hop: Hop, signed: Principal, expected: Principal) -> tuple[str, ...]:
    notes = []
    if signed.account != expected.account:
        notes.append(f"it is of account {signed.account}, the role is of {expected.account}")
    earlier = [_principal(other.principal) for other in way.hops if other.index < hop.index]
    if any(_same(signed, one) for one in earlier if one is not None):
        notes.append(f"the role {name_of(hop.principal)} was not assumed: its caller signed")
    return tuple(notes)


def _principal(arn: str) -> Principal | None:
    try:
        found = parse_principal(arn)
    except BadArn:
        return None
    return None if found.kind is PrincipalKind.ANONYMOUS else found


def _same(one: Principal, other: Principal) -> bool:
    """Whether two principals are the same user or sessions of the same role."""
    users = PrincipalKind.USER in (one.kind, other.kind)
    if users and one.kind is not other.kind:
        return False
    return one.account == other.account and one.name == other.name
