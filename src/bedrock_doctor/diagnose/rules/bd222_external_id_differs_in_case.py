"""BD222: the ExternalId differs in case only."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if not (key == "sts:externalid" and barrier.reason is not None and bool(barrier.reason.near)):
        return None
    return condition_claim(
        barrier,
        "wants the ExternalId in another case",
        "pass the ExternalId exactly as the trust policy writes it",
    )


RULE = Rule(
    id="BD222",
    slug="external-id-differs-in-case",
    title="The ExternalId differs in case only",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The ExternalId is the same but for upper and lower case.",
        why="ExternalIds are compared exactly.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass it as the trust policy writes it.",
        avoid="Do not switch to a comparison without case.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        ),
    ),
    claims=_claim,
)
