"""BD502: the Bedrock endpoint policy blocks the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.wording import counted, relief
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if barrier.layer is not PolicyLayer.ENDPOINT or barrier.assumes:
        return None
    verb = "denies" if barrier.deny else "does not allow"
    return Claim(
        f"the Bedrock endpoint policy {verb} {barrier.action} on "
        f"{counted(len(barrier.resources), 'resource')}",
        deny_place(barrier) or near_place(barrier, "does not admit this request"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD502",
    slug="endpoint-blocks-inference",
    title="The Bedrock endpoint policy blocks the inference",
    stage=Stage.INVOKE,
    layer=Layer.ENDPOINT,
    manual=Manual(
        happened="The policy of the VPC endpoint for Bedrock does not let the request pass.",
        why=(
            "A request through an endpoint must also be allowed by the endpoint policy, for "
            "the profile and for the model in every destination Region."
        ),
        confirm="Read the policy of the endpoint.",
        fix="Let the owner of the endpoint admit the action on the profile and the models.",
        avoid="Do not bypass the endpoint if it is a safeguard.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        ),
    ),
    claims=_claim,
)
