"""TagSession and SetSourceIdentity, refused by the trust policy."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.trust_conditions import failing_key
from bedrock_doctor.diagnose.wording import relief, signer, target


def tagging_claim(barrier: Barrier, action: str, without: str) -> Claim:
    """A claim about a trust policy that lets AssumeRole pass, but not what goes with it.

    Args:
        barrier: a barrier of the trust policy whose first check is about `action`.
        action: the IAM action.
        without: advice for those who can do without.
    """
    role, failing = target(barrier), failing_key(barrier)
    if barrier.deny is not None:
        summary, change = f"the trust policy of {role} denies {action}", relief(barrier)
    elif failing and barrier.reason and barrier.reason.condition:
        key = barrier.reason.condition.key.value
        summary = f"the trust policy of {role} allows {action} under a condition on {key} only"
        change = f"meet the condition on {key}, or have the owner of the role change it"
    elif barrier.reason is not None:
        summary = f"the trust policy of {role} allows {action} to other principals only"
        change = f"have {action} allowed in the trust policy to {signer(barrier)} as well"
    else:
        summary = f"the trust policy of {role} does not allow {action}"
        change = f"add {action} beside sts:AssumeRole in the trust policy, for the same Principal"
    return Claim(
        summary,
        deny_place(barrier) or near_place(barrier, f"does not let {action} pass"),
        help=(change, without),
        subjects=barrier.resources,
    )
