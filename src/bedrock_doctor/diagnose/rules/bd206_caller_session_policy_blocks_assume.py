"""BD206: a session policy of the caller blocks the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.wording import relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if barrier.layer is not PolicyLayer.SESSION or not barrier.assumes:
        return None
    return Claim(
        f"the session policy of {signer(barrier)} does not let {barrier.action} pass",
        deny_place(barrier) or near_place(barrier, "does not cover this role"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD206",
    slug="caller-session-policy-blocks-assume",
    title="A session policy of the caller blocks the assume step",
    stage=Stage.ASSUME,
    layer=Layer.SESSION,
    manual=Manual(
        happened=(
            "The session that assumes the role was itself made with a session policy that "
            "does not allow it."
        ),
        why="A session policy is a ceiling for the session that it was passed to.",
        confirm="Look at the Policy and PolicyArns parameters of the earlier AssumeRole call.",
        fix="Pass a session policy that allows the action on this role.",
        avoid="Do not drop the session policy if it is a safeguard.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
        ),
    ),
    claims=_claim,
)
