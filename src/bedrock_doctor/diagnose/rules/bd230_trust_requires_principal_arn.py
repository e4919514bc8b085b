"""BD230: the trust policy wants another principal ARN."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key != "aws:principalarn":
        return None
    return condition_claim(
        barrier,
        "admits other principal ARNs than the caller's",
        "have the owner admit "
        f"{barrier.first.check.request.principal.role_arn or barrier.hop.hop.principal}",
    )


RULE = Rule(
    id="BD230",
    slug="trust-requires-principal-arn",
    title="The trust policy wants another principal ARN",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The condition on aws:PrincipalArn does not match the caller.",
        why=(
            "For a session the key holds the ARN of its role with the path, never the session ARN."
        ),
        confirm="Compare the condition shown with what the call passes.",
        fix="Write the role ARN, with its path, into the condition.",
        avoid="Do not match all roles of the account.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
