"""BD413: the session policy does not allow the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.wording import counted, grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (barrier.layer is PolicyLayer.SESSION and not barrier.assumes):
        return None
    return Claim(
        f"the session policy passed for {signer(barrier)} does not allow {barrier.action} on "
        f"{counted(len(barrier.resources), 'resource')}",
        near_place(barrier, "does not cover this request"),
        notes=(),
        help=(grant(barrier, to="the session policy"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD413",
    slug="session-policy-blocks-inference",
    title="The session policy does not allow the inference",
    stage=Stage.INVOKE,
    layer=Layer.SESSION,
    manual=Manual(
        happened=(
            "The session policy that AssumeRole passed does not cover the action on the resource."
        ),
        why="A session policy is the ceiling of its session, whatever the role allows.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Pass a session policy that allows the action on exactly these resources.",
        avoid="Do not widen the role: it is not what decides.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
        ),
    ),
    claims=_claim,
)
