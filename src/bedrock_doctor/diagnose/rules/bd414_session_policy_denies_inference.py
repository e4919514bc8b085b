"""BD414: the session policy denies the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.wording import signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        barrier.layer is PolicyLayer.SESSION and not barrier.assumes and barrier.deny is not None
    ):
        return None
    return Claim(
        f"the session policy passed for {signer(barrier)} denies {barrier.action}",
        deny_place(barrier),
        notes=(),
        help=("change the session policy that AssumeRole passes",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD414",
    slug="session-policy-denies-inference",
    title="The session policy denies the inference",
    stage=Stage.INVOKE,
    layer=Layer.SESSION,
    manual=Manual(
        happened="A Deny of the session policy matches.",
        why="An explicit Deny wins over every Allow.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Change the session policy where the application passes it.",
        avoid="Do not change the role: it is not what decides.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
        ),
    ),
    claims=_claim,
)
