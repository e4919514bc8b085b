"""BD220: the trust policy wants an ExternalId and none was passed."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import reason_is
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if not (key == "sts:externalid" and reason_is(barrier, ReasonKind.KEY_ABSENT)):
        return None
    return condition_claim(
        barrier,
        "wants an ExternalId and the call passes none",
        "pass the ExternalId that the owner of the role gave you: ExternalId in AssumeRole, "
        "external_id in an AWS profile",
    )


RULE = Rule(
    id="BD220",
    slug="external-id-missing",
    title="The trust policy wants an ExternalId and none was passed",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=(
            "The trust policy has a condition on sts:ExternalId; the AssumeRole call "
            "carried no ExternalId."
        ),
        why=("The ExternalId protects the role against being used on behalf of somebody else."),
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass the ExternalId.",
        avoid="Do not remove the condition.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        ),
    ),
    claims=_claim,
)
