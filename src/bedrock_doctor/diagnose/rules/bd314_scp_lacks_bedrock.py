"""BD314: no SCP allows Bedrock at some level."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.SCP, assumes=False) or barrier.level is None:
        return None
    level = barrier.level
    shown = f'{level.target} "{level.name}"' if level.name else level.target
    return Claim(
        f"no SCP at {shown} allows {barrier.action}",
        near_place(barrier, f"does not cover {barrier.action}"),
        help=(f"have the owner of the SCPs allow {barrier.action} at {level.target}",),
        subjects=(level.target,),
    )


RULE = Rule(
    id="BD314",
    slug="scp-lacks-bedrock",
    title="No SCP allows Bedrock at some level",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened=(
            "At one level of the organization above the role's account no SCP allows the "
            "action: the SCPs there are a list of allowed services without Bedrock."
        ),
        why=(
            "Every level from root to account must allow the action; an Allow at one level "
            "does not carry to the next."
        ),
        confirm="Look at the policies attached to the level that the finding names.",
        fix="Let the owner allow the action at that level.",
        avoid="Do not attach an Allow at another level: it does not help.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
