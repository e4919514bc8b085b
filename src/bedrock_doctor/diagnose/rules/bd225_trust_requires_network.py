"""BD225: the trust policy wants another network."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key not in ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"):
        return None
    return condition_claim(
        barrier,
        "admits another network than the one that the call comes from",
        "call from an admitted address, VPC or endpoint, or have the owner admit yours",
    )


RULE = Rule(
    id="BD225",
    slug="trust-requires-network",
    title="The trust policy wants another network",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="A condition on source address, VPC or VPC endpoint does not hold.",
        why=(
            "aws:SourceIp is absent behind a VPC endpoint, and aws:SourceVpce is absent "
            "without one."
        ),
        confirm="Compare the condition shown with what the call passes.",
        fix=("Call from the network that is admitted, or let the owner of the role admit yours."),
        avoid="Do not open the condition to all addresses.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
