"""BD221: the trust policy wants another ExternalId."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import reason_is
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if not (key == "sts:externalid" and reason_is(barrier, ReasonKind.VALUE_MISMATCH)):
        return None
    return condition_claim(
        barrier,
        "wants another ExternalId than the call passes",
        "ask the owner of the role for the right ExternalId and pass it",
    )


RULE = Rule(
    id="BD221",
    slug="external-id-differs",
    title="The trust policy wants another ExternalId",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The ExternalId of the call is not the one in the trust policy.",
        why="ExternalIds are compared exactly.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass the ExternalId that the owner of the role expects.",
        avoid="Do not remove the condition.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        ),
    ),
    claims=_claim,
)
