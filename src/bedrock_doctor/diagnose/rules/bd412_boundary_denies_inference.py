"""BD412: the permissions boundary denies the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.wording import signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        barrier.layer is PolicyLayer.BOUNDARY and not barrier.assumes and barrier.deny is not None
    ):
        return None
    return Claim(
        f"the permissions boundary of {signer(barrier)} denies {barrier.action}",
        deny_place(barrier),
        notes=(),
        help=("have the owner of the boundary change the Deny",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD412",
    slug="boundary-denies-inference",
    title="The permissions boundary denies the inference",
    stage=Stage.INVOKE,
    layer=Layer.BOUNDARY,
    manual=Manual(
        happened="A Deny of the permissions boundary matches.",
        why="An explicit Deny wins over every Allow.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Let the owner of the boundary change the Deny.",
        avoid="Do not remove the boundary.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        ),
    ),
    claims=_claim,
)
