"""BD403: the inference profile itself is not allowed."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import grant, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and only_purpose(barrier, Purpose.PROFILE)
    ):
        return None
    return Claim(
        f"{signer(barrier)} may not use the inference profile "
        f"{name_of(barrier.resources[0])}: its ARN is not allowed",
        near_place(barrier, "does not cover the profile"),
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD403",
    slug="profile-arn-not-allowed",
    title="The inference profile itself is not allowed",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The policy does not cover the ARN of the inference profile.",
        why=(
            "A call through a profile is checked on the profile first and then on the model "
            "in every destination Region. Both must be allowed."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix=("Allow the action on the ARN of the profile in the account and Region of the call."),
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
        ),
    ),
    claims=_claim,
)
