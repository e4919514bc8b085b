"""BD411: the permissions boundary does not allow the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.wording import counted, grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (barrier.layer is PolicyLayer.BOUNDARY and not barrier.assumes):
        return None
    return Claim(
        f"the permissions boundary of {signer(barrier)} does not allow {barrier.action} on "
        f"{counted(len(barrier.resources), 'resource')}",
        near_place(barrier, "does not cover this request"),
        notes=(),
        help=(grant(barrier, to="the boundary"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD411",
    slug="boundary-blocks-inference",
    title="The permissions boundary does not allow the inference",
    stage=Stage.INVOKE,
    layer=Layer.BOUNDARY,
    manual=Manual(
        happened=(
            "The permissions boundary of the signing role does not cover the action on the "
            "resource."
        ),
        why="A boundary is the ceiling of what identity-based policies can grant.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Let the owner of the boundary allow the action on exactly these resources.",
        avoid="Do not remove the boundary; another Allow in the role does not help.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        ),
    ),
    claims=_claim,
)
