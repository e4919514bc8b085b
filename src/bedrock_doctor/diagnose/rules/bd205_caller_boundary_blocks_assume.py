"""BD205: the permissions boundary of the caller blocks the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.wording import relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if barrier.layer is not PolicyLayer.BOUNDARY or not barrier.assumes:
        return None
    verb = "denies" if barrier.deny else "does not allow"
    return Claim(
        f"the permissions boundary of {signer(barrier)} {verb} {barrier.action}",
        deny_place(barrier) or near_place(barrier, "does not cover this role"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD205",
    slug="caller-boundary-blocks-assume",
    title="The permissions boundary of the caller blocks the assume step",
    stage=Stage.ASSUME,
    layer=Layer.BOUNDARY,
    manual=Manual(
        happened=(
            "The permissions boundary of the caller does not allow the action, or denies it."
        ),
        why="A boundary is the ceiling of what identity-based policies can grant.",
        confirm="Look for the action in the boundary.",
        fix="Let the owner of the boundary allow the action on exactly this role.",
        avoid="Do not remove the boundary.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        ),
    ),
    claims=_claim,
)
