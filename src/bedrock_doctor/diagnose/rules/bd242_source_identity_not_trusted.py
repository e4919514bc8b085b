"""BD242: the trust policy does not allow sts:SetSourceIdentity."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if (
        not only_purpose(barrier, Purpose.SET_SOURCE_IDENTITY)
        or barrier.layer is not PolicyLayer.RESOURCE
    ):
        return None
    return Claim(
        f"the trust policy of {target(barrier)} does not allow sts:SetSourceIdentity",
        deny_place(barrier) or near_place(barrier, "does not let sts:SetSourceIdentity pass"),
        help=("add sts:SetSourceIdentity beside sts:AssumeRole in the trust policy",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD242",
    slug="source-identity-not-trusted",
    title="The trust policy does not allow sts:SetSourceIdentity",
    stage=Stage.ASSUME,
    layer=Layer.TAGGING,
    manual=Manual(
        happened=(
            "The call sets a source identity, or inherits one, and the trust policy does "
            "not allow sts:SetSourceIdentity."
        ),
        why=(
            "A source identity stays through a chain of roles; each trust policy on the way "
            "must allow it."
        ),
        confirm="Look for sts:SetSourceIdentity in the policy shown.",
        fix="Allow sts:SetSourceIdentity in the trust policy for the same Principal.",
        avoid="Do not drop the source identity if audits rely on it.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html",
        ),
    ),
    claims=_claim,
)
