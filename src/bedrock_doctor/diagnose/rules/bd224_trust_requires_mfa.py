"""BD224: the trust policy wants MFA."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key not in ("aws:multifactorauthpresent", "aws:multifactorauthage"):
        return None
    return condition_claim(
        barrier,
        "wants credentials with recent MFA",
        "assume the role with SerialNumber and TokenCode, or from a session made with MFA",
    )


RULE = Rule(
    id="BD224",
    slug="trust-requires-mfa",
    title="The trust policy wants MFA",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The condition on MFA does not hold.",
        why=(
            "Long-term keys carry no MFA information at all, and sessions of roles carry "
            "none of the caller's."
        ),
        confirm="Compare the condition shown with what the call passes.",
        fix=(
            "Sign with a session made with MFA; for an application, use a role without that "
            "condition."
        ),
        avoid="Do not weaken the condition to its IfExists form: that admits long-term keys.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
