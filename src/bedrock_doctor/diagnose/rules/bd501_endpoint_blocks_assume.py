"""BD501: the STS endpoint policy blocks the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if barrier.layer is not PolicyLayer.ENDPOINT or not barrier.assumes:
        return None
    verb = "denies" if barrier.deny else "does not allow"
    return Claim(
        f"the STS endpoint policy {verb} {barrier.action} on {target(barrier)}",
        deny_place(barrier) or near_place(barrier, "does not admit this request"),
        help=("have the owner of the endpoint admit this caller and role",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD501",
    slug="endpoint-blocks-assume",
    title="The STS endpoint policy blocks the assume step",
    stage=Stage.ASSUME,
    layer=Layer.ENDPOINT,
    manual=Manual(
        happened="The policy of the VPC endpoint for STS does not let the request pass.",
        why=(
            "A request through an endpoint must also be allowed by the endpoint policy. At "
            "STS it sees the source principal and the role."
        ),
        confirm="Read the policy of the endpoint.",
        fix="Let the owner of the endpoint admit the caller and the role.",
        avoid="Do not bypass the endpoint if it is a safeguard.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        ),
    ),
    claims=_claim,
)
