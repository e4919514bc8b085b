"""BD730: the role may not pass the service role of the batch job."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY) and only_purpose(barrier, Purpose.PASS_ROLE)
    ):
        return None
    return Claim(
        f"{signer(barrier)} may not pass the service role: iam:PassRole is not allowed",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD730",
    slug="pass-role-not-allowed",
    title="The role may not pass the service role of the batch job",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The policies of the signing role do not allow iam:PassRole on the service role "
            "of the job."
        ),
        why="Whoever hands a role to a service needs iam:PassRole on it.",
        confirm="Look for the action and the ARN in the policy shown.",
        fix="Allow iam:PassRole on exactly the service role, to bedrock.amazonaws.com only.",
        avoid="Do not use a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html",
        ),
    ),
    claims=_claim,
)
