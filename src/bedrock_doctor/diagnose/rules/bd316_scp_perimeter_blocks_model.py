"""BD316: a resource perimeter blocks models that AWS owns."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in, fence_key
from bedrock_doctor.diagnose.wording import policy_name
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        explicit_in(barrier, PolicyLayer.SCP, assumes=False)
        and fence_key(barrier, "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths")
        and any(check.check.request.resource_account is None for check in barrier.checks)
    ):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} blocks foundation models: AWS owns them, so they lie outside the perimeter",
        deny_place(barrier),
        notes=(),
        help=("have the owner of the SCP exempt the Bedrock inference actions from the perimeter",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD316",
    slug="scp-perimeter-blocks-model",
    title="A resource perimeter blocks models that AWS owns",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened=(
            "A Deny with a condition on the account or organization of the resource matches "
            "a foundation model."
        ),
        why="Foundation models belong to AWS, not to your organization.",
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix="Let the perimeter exempt the inference actions on foundation models.",
        avoid="Do not remove the perimeter for other services.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
