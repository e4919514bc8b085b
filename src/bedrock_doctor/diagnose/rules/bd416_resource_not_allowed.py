"""BD416: the resource that is called is not allowed."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import grant, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)):
        return None
    return Claim(
        f"{signer(barrier)} may not use {barrier.purpose.value} "
        f"{name_of(barrier.resources[0])}: {barrier.action} is not allowed on it",
        near_place(barrier, "does not cover this resource"),
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD416",
    slug="resource-not-allowed",
    title="The resource that is called is not allowed",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The policy does not cover the ARN of the resource that is called.",
        why=(
            "Application profiles, provisioned models, deployments, imported models, "
            "prompts, routers and projects have ARNs of their own."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Allow the action on exactly this ARN.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html",
        ),
    ),
    claims=_claim,
)
