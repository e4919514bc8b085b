"""BD228: the trust policy wants another source identity."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key != "sts:sourceidentity":
        return None
    return condition_claim(
        barrier,
        "wants another source identity",
        "pass the SourceIdentity that the condition admits",
    )


RULE = Rule(
    id="BD228",
    slug="trust-requires-source-identity",
    title="The trust policy wants another source identity",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The condition on sts:SourceIdentity does not hold.",
        why="The source identity is set once, at the first role of a chain, and stays.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass the source identity at the first AssumeRole.",
        avoid="Do not remove the condition.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html",
        ),
    ),
    claims=_claim,
)
