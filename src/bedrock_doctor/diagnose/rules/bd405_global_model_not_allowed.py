"""BD405: the model under global routing is not allowed."""

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
        and only_purpose(barrier, Purpose.GLOBAL_MODEL)
    ):
        return None
    return Claim(
        f"{signer(barrier)} may not use {name_of(barrier.resources[0])} under global routing: "
        "the ARN without Region is not allowed",
        near_place(barrier, "does not cover the ARN without Region"),
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD405",
    slug="global-model-not-allowed",
    title="The model under global routing is not allowed",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The policy does not cover the ARN of the model with an empty Region.",
        why=(
            "A global profile is checked on the profile, on the model in the Region of the "
            "call, and on the model with an empty Region."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Allow the action on the ARN with an empty Region.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html",
        ),
    ),
    claims=_claim,
)
