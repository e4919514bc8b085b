"""BD703: the enforced guardrail has no resource policy for this account."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.RESOURCE, assumes=False):
        return None
    if not only_purpose(
        barrier, Purpose.ENFORCED_GUARDRAIL, Purpose.GUARDRAIL, Purpose.GUARDRAIL_PROFILE
    ):
        return None
    owner = barrier.first.check.request.resource_account or ""
    return Claim(
        f"{barrier.purpose} {name_of(barrier.resources[0])} of {owner} has no resource policy "
        f"for {barrier.hop.hop.account}",
        near_place(barrier, "does not admit this caller"),
        help=(f"have {owner} allow bedrock:ApplyGuardrail to {barrier.hop.hop.principal}",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD703",
    slug="guardrail-policy-missing",
    title="The enforced guardrail has no resource policy for this account",
    stage=Stage.INVOKE,
    layer=Layer.GUARDRAIL,
    manual=Manual(
        happened=(
            "The guardrail that is enforced belongs to another account, and no resource "
            "policy of it allows this caller."
        ),
        why=(
            "A guardrail of another account needs a resource-based policy that allows "
            "bedrock:ApplyGuardrail to the accounts of the organization. A guardrail profile that "
            "it uses needs one of its own in every destination Region."
        ),
        confirm="Read the resource policy of the guardrail in the owning account.",
        fix=("Let the owner of the guardrail allow bedrock:ApplyGuardrail to the organization."),
        avoid="Do not remove the guardrail.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html",
        ),
    ),
    claims=_claim,
)
