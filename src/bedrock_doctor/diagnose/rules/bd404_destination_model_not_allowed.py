"""BD404: the model is not allowed in a destination Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import counted, grant, listed, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and only_purpose(barrier, Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL)
    ):
        return None
    return Claim(
        f"{signer(barrier)} may not use {name_of(barrier.resources[0])} in "
        f"{counted(len(barrier.regions), 'Region')} behind the profile: {listed(barrier.regions)}",
        near_place(barrier, "does not cover the model in all destination Regions"),
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.regions,
    )


RULE = Rule(
    id="BD404",
    slug="destination-model-not-allowed",
    title="The model is not allowed in a destination Region",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The policy does not cover the ARN of the model in at least one Region to which "
            "the profile routes."
        ),
        why=(
            "The model is checked in the Region of the call and in every destination Region "
            "of the profile."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix=(
            "Allow the action on the ARN of the model in every destination Region, narrowed "
            "by bedrock:InferenceProfileArn."
        ),
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html",
        ),
    ),
    claims=_claim,
)
