"""BD242: the trust policy does not allow sts:SetSourceIdentity."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import about
from bedrock_doctor.diagnose.tagging import tagging_claim
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not about(barrier, Purpose.SET_SOURCE_IDENTITY) or barrier.layer is not PolicyLayer.RESOURCE:
        return None
    without = "or set no source identity; one that the caller's session carries counts too"
    return tagging_claim(barrier, "sts:SetSourceIdentity", without)


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
