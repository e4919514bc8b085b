"""BD229: a condition of the trust policy is not met."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    if not failing_key(barrier) or barrier.reason is None or barrier.reason.condition is None:
        return None
    return condition_claim(
        barrier,
        f"has a condition on {barrier.reason.condition.key.value} that is not met",
        "meet the condition, or have the owner of the role change it",
    )


RULE = Rule(
    id="BD229",
    slug="trust-condition-not-met",
    title="A condition of the trust policy is not met",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="A condition of the trust policy does not hold.",
        why="A statement applies only when all its conditions hold.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Meet the condition.",
        avoid="Do not remove it without knowing what it protects.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
