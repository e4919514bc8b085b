"""Conditions of trust policies that a request does not meet."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim
from bedrock_doctor.diagnose.places import reason_place
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.trace import PolicyLayer, ReasonKind

_FAILED = (ReasonKind.KEY_ABSENT, ReasonKind.VALUE_MISMATCH, ReasonKind.VARIABLE_UNRESOLVED)


def failing_key(barrier: Barrier) -> str:
    """The lower-case key of the trust condition that fails; empty for other barriers."""
    reason = barrier.reason
    if barrier.layer is not PolicyLayer.RESOURCE or not barrier.assumes or reason is None:
        return ""
    if reason.kind not in _FAILED or reason.condition is None:
        return ""
    return reason.condition.key.value.lower()


def condition_claim(barrier: Barrier, what: str, *help: str) -> Claim | None:
    """A claim about the failing condition.

    Args:
        barrier: a barrier with a failing condition.
        what: what the trust policy demands, in words that fit behind "the trust policy of X".
        help: what to do.
    """
    reason, entry = barrier.reason, barrier.nearest
    if reason is None or entry is None or reason.condition is None:
        return None
    return Claim(
        f"the trust policy of {target(barrier)} {what}",
        reason_place(entry, reason, ""),
        help=help,
        subjects=reason.resolved,
    )
