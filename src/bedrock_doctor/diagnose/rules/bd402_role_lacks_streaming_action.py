"""BD402: the role may invoke, but not stream."""

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
        and barrier.action.endswith("WithResponseStream")
        and any(near.kind is NearMiss.STREAMING for near in nears(barrier))
    ):
        return None
    return Claim(
        f"{signer(barrier)} lacks {barrier.action}: its policy allows the action without "
        "streaming only",
        nears_place(barrier, NearMiss.STREAMING),
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD402",
    slug="role-lacks-streaming-action",
    title="The role may invoke, but not stream",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The policy allows InvokeModel, and the call streams.",
        why=(
            "Converse and InvokeModel need bedrock:InvokeModel; ConverseStream and "
            "InvokeModelWithResponseStream need bedrock:InvokeModelWithResponseStream."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Allow the missing action on the same resources.",
        avoid="Do not allow all Bedrock actions.",
        references=(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html",
        ),
    ),
    claims=_claim,
)
