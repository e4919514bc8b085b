"""BD710: the role may not call bedrock-mantle."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import grant, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY)
        and barrier.action.lower().startswith("bedrock-mantle:")
    ):
        return None
    return Claim(
        f"no policy of {signer(barrier)} allows {barrier.action} on "
        f"{name_of(barrier.resources[0])}",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD710",
    slug="mantle-not-allowed",
    title="The role may not call bedrock-mantle",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The policies of the signing role do not cover the action of bedrock-mantle on "
            "the project."
        ),
        why=(
            "bedrock-mantle is a service of its own: its actions and ARNs begin with "
            "bedrock-mantle, and rights to bedrock do not carry over."
        ),
        confirm="Look for the action and the ARN in the policy shown.",
        fix="Allow the action on exactly the ARN of the project.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockmantle.html",
        ),
    ),
    claims=_claim,
)
