"""BD401: the role has no Allow for the action."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False) and barrier.lacks_action):
        return None
    return Claim(
        f"no identity-based policy of {signer(barrier)} allows {barrier.action}",
        None,
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD401",
    slug="role-lacks-action",
    title="The role has no Allow for the action",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="No statement of the role covers the action at all.",
        why=(
            "After the assume step only the policies of the role count. What the caller may "
            "do in its own account no longer matters."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Allow the action on the profile and on the models behind it.",
        avoid="Do not allow all actions or all resources.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
        ),
    ),
    claims=_claim,
)
