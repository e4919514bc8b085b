"""BD702: a policy demands a guardrail with the call."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import fence_key, only_failing_conditions
from bedrock_doctor.diagnose.wording import signer
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = "bedrock:guardrailidentifier"
    failing = [
        reason
        for reason in (barrier.nearest.reasons if barrier.nearest else ())
        if reason.condition is not None and reason.condition.key.value.lower() == key
    ]
    if not fence_key(barrier, key) and not (failing and only_failing_conditions(barrier)):
        return None
    return Claim(
        f"{barrier.action} is allowed to {signer(barrier)} only with the guardrail of the policy",
        deny_place(barrier) or near_place(barrier, "demands a guardrail"),
        help=("pass the guardrail and version that the condition names (--guardrail)",),
    )


RULE = Rule(
    id="BD702",
    slug="guardrail-required",
    title="A policy demands a guardrail with the call",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "A statement has a condition on bedrock:GuardrailIdentifier, and the call "
            "passes none or another guardrail."
        ),
        why="Administrators use the condition to force a guardrail on every inference.",
        confirm="Compare the condition shown with the guardrail that the call passes.",
        fix="Pass the guardrail that the policy demands, with its version.",
        avoid="Do not remove the condition.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html",
        ),
    ),
    claims=_claim,
)
