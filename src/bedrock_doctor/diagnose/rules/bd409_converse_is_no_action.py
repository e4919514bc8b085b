"""BD409: the policy allows an action that does not exist."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import nears, nears_place
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and barrier.lacks_action
        and any(near.kind is NearMiss.NO_SUCH_ACTION for near in nears(barrier))
    ):
        return None
    return Claim(
        f"{signer(barrier)} lacks {barrier.action}; its policy names an action that does not exist",
        nears_place(barrier, NearMiss.NO_SUCH_ACTION),
        notes=(),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD409",
    slug="converse-is-no-action",
    title="The policy allows an action that does not exist",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The policy names bedrock:Converse or another name that is an API operation, "
            "but no IAM action."
        ),
        why=(
            "Converse is authorized as bedrock:InvokeModel, ConverseStream as "
            "bedrock:InvokeModelWithResponseStream. Unknown names match nothing."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Write the IAM action.",
        avoid="Do not allow all Bedrock actions.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html",
        ),
    ),
    claims=_claim,
)
