"""BD741: a model of the prompt router is not allowed."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import grant, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY)
        and barrier.way.target.kind is Purpose.PROMPT_ROUTER
        and not only_purpose(barrier, Purpose.PROMPT_ROUTER)
        and not barrier.lacks_action
    ):
        return None
    return Claim(
        f"{signer(barrier)} may not use {name_of(barrier.resources[0])}, which the prompt "
        "router can choose",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD741",
    slug="router-model-not-allowed",
    title="A model of the prompt router is not allowed",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The policies of the signing role do not cover a model that the router can choose."
        ),
        why="A prompt router is checked on itself and on every model that it can choose.",
        confirm="Look for the action and the ARN in the policy shown.",
        fix="Allow the action on exactly these models.",
        avoid="Do not use a wildcard for all resources.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-routing.html",),
    ),
    claims=_claim,
)
