"""BD208: the caller's Allow holds under a condition that is not met."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import failing_keys, implicit_in, only_failing_conditions
from bedrock_doctor.diagnose.wording import listed, signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.IDENTITY, assumes=True):
        return None
    if not only_failing_conditions(barrier):
        return None
    return Claim(
        f"{signer(barrier)} may use {barrier.action} on {target(barrier)} only under a condition "
        f"on {listed(failing_keys(barrier))} that is not met",
        near_place(barrier, "this condition is not met"),
        help=("meet the condition, or have its owner change it",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD208",
    slug="caller-condition-not-met",
    title="The caller's Allow holds under a condition that is not met",
    stage=Stage.ASSUME,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="An Allow for the action on this role exists, and its condition fails.",
        why="A statement applies only when all its conditions hold.",
        confirm="Compare the condition shown with the request.",
        fix="Meet the condition, or let the owner change it.",
        avoid="Do not remove conditions that narrow who may assume the role.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
