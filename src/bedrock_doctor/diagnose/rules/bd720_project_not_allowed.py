"""BD720: the project is not allowed."""

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
    if not (implicit_in(barrier, PolicyLayer.IDENTITY) and only_purpose(barrier, Purpose.PROJECT)):
        return None
    return Claim(
        f"{signer(barrier)} may not use the project {name_of(barrier.resources[0])}",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD720",
    slug="project-not-allowed",
    title="The project is not allowed",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The policies of the signing role do not cover the ARN of the project.",
        why=(
            "Responses are checked on the model and on the project of the account; both "
            "must be allowed."
        ),
        confirm="Look for the action and the ARN in the policy shown.",
        fix="Allow the action on exactly the ARN of the project.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html",
        ),
    ),
    claims=_claim,
)
