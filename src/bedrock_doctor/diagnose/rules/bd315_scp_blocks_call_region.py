"""BD315: a Region fence blocks the Region of the call."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in, fence_key
from bedrock_doctor.diagnose.wording import listed, policy_name
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        explicit_in(barrier, PolicyLayer.SCP, assumes=False)
        and fence_key(barrier, "aws:requestedregion")
    ):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} blocks the call in {listed(barrier.regions)}",
        deny_place(barrier),
        notes=(),
        help=(
            "call in a Region that the fence admits, or have the owner of the SCP admit this one",
        ),
        subjects=barrier.regions,
    )


RULE = Rule(
    id="BD315",
    slug="scp-blocks-call-region",
    title="A Region fence blocks the Region of the call",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened=(
            "A Deny with a condition on aws:RequestedRegion matches the Region of the call itself."
        ),
        why="The fence does not admit the Region.",
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix="Call in an admitted Region, or let the owner of the SCP admit this one.",
        avoid="Do not add an Allow: it cannot outweigh an SCP.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
