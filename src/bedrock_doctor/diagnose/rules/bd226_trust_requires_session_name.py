"""BD226: the trust policy wants another session name."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key != "sts:rolesessionname":
        return None
    return condition_claim(
        barrier,
        "wants another RoleSessionName",
        "pass a RoleSessionName that the condition admits",
    )


RULE = Rule(
    id="BD226",
    slug="trust-requires-session-name",
    title="The trust policy wants another session name",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The condition on sts:RoleSessionName does not hold.",
        why="The session name is chosen by the caller; SDKs invent one when none is given.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass the session name that is admitted.",
        avoid="Do not admit every name.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
        ),
    ),
    claims=_claim,
)
