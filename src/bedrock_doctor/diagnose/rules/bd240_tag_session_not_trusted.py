"""BD240: the trust policy does not allow sts:TagSession."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import about
from bedrock_doctor.diagnose.tagging import tagging_claim
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not about(barrier, Purpose.TAG_SESSION) or barrier.layer is not PolicyLayer.RESOURCE:
        return None
    without = "or pass no session tags; inherited transitive tags count too"
    return tagging_claim(barrier, "sts:TagSession", without)


RULE = Rule(
    id="BD240",
    slug="tag-session-not-trusted",
    title="The trust policy does not allow sts:TagSession",
    stage=Stage.ASSUME,
    layer=Layer.TAGGING,
    manual=Manual(
        happened=(
            "The call passes session tags, or inherits transitive ones, and the trust "
            "policy does not allow sts:TagSession."
        ),
        why=(
            "Session tags need sts:TagSession in the trust policy. Some callers tag always: "
            "EKS Pod Identity, GitHub Actions."
        ),
        confirm="Look for sts:TagSession in the policy shown.",
        fix="Allow sts:TagSession in the trust policy for the same Principal.",
        avoid="Do not allow it to everyone: tags can grant rights.",
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",),
    ),
    claims=_claim,
)
