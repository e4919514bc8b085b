"""BD415: the role's Allow holds under a condition that is not met."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import failing_keys, implicit_in, only_failing_conditions
from bedrock_doctor.diagnose.wording import counted, listed, name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and only_failing_conditions(barrier)
    ):
        return None
    what = (
        name_of(barrier.resources[0])
        if len(barrier.resources) == 1
        else counted(len(barrier.resources), "resource")
    )
    return Claim(
        f"{signer(barrier)} may use {barrier.action} on {what} only under a condition on "
        f"{listed(failing_keys(barrier))} that is not met",
        near_place(barrier, "this condition is not met"),
        notes=(),
        help=("meet the condition, or have its owner change it",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD415",
    slug="role-condition-not-met",
    title="The role's Allow holds under a condition that is not met",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="An Allow for the action and the resource exists, and its condition fails.",
        why="A statement applies only when all its conditions hold.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Meet the condition.",
        avoid="Do not remove a condition without knowing what it protects.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
