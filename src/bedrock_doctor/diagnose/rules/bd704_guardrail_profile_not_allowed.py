"""BD704: the guardrail profile is not allowed in a destination Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import listed, name_of, relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not only_purpose(barrier, Purpose.GUARDRAIL_PROFILE):
        return None
    return Claim(
        f"{signer(barrier)} may not use the guardrail profile {name_of(barrier.resources[0])} in "
        f"{listed(barrier.regions)}",
        deny_place(barrier) or near_place(barrier, "does not cover the guardrail profile"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD704",
    slug="guardrail-profile-not-allowed",
    title="The guardrail profile is not allowed in a destination Region",
    stage=Stage.INVOKE,
    layer=Layer.GUARDRAIL,
    manual=Manual(
        happened=(
            "The guardrail uses cross-Region inference, and a policy does not let the role apply "
            "its guardrail profile in a Region to which it may route."
        ),
        why=(
            "Applying such a guardrail is checked on the guardrail and on its guardrail profile in "
            "every destination Region. The profiles belong to the account of the guardrail."
        ),
        confirm=(
            "Run `aws bedrock get-guardrail` and compare crossRegionDetails with the resources of "
            "the policy shown."
        ),
        fix=(
            "Allow bedrock:ApplyGuardrail on the guardrail profile in every destination Region, "
            "beside the guardrail itself."
        ),
        avoid="Do not allow it on all guardrails.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html",
        ),
    ),
    claims=_claim,
)
