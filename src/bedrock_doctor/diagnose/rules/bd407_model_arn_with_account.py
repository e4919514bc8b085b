"""BD407: the policy writes an account id into the ARN of a foundation model."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import nears, nears_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and only_purpose(
            barrier,
            Purpose.MODEL,
            Purpose.CALL_REGION_MODEL,
            Purpose.DESTINATION_MODEL,
            Purpose.GLOBAL_MODEL,
        )
        and any(n.kind is NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN for n in nears(barrier))
    ):
        return None
    return Claim(
        f"{signer(barrier)}'s policy writes an account id into the ARN of "
        f"{name_of(barrier.resources[0])}",
        nears_place(barrier, NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN),
        notes=(),
        help=(f"write exactly: {' '.join(barrier.resources)}",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD407",
    slug="model-arn-with-account",
    title="The policy writes an account id into the ARN of a foundation model",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The Resource has an account id where the ARN of a foundation model has none.",
        why="AWS owns foundation models; their ARNs have an empty account part.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Remove the account id.",
        avoid="Do not replace it by a wildcard for all resources.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
        ),
    ),
    claims=_claim,
)
