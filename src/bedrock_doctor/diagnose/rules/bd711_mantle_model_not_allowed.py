"""BD711: the policy allows other models on bedrock-mantle."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_failing_conditions
from bedrock_doctor.diagnose.wording import grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY)
        and barrier.action.lower().startswith("bedrock-mantle:")
        and only_failing_conditions(barrier)
    ):
        return None
    return Claim(
        f"{signer(barrier)} may use {barrier.action} for other models only",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD711",
    slug="mantle-model-not-allowed",
    title="The policy allows other models on bedrock-mantle",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The Allow has a condition on bedrock-mantle:Model that the call does not meet.",
        why="On bedrock-mantle the model is a condition key, not an ARN.",
        confirm="Look for the action and the ARN in the policy shown.",
        fix="Add the model to the condition.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockmantle.html",
        ),
    ),
    claims=_claim,
)
