"""BD202: the caller may assume other roles, not this one."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import about, implicit_in, only_failing_conditions
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.IDENTITY, assumes=True) or barrier.nearest is None:
        return None
    if not about(barrier, Purpose.ASSUME_ROLE) or only_failing_conditions(barrier):
        return None
    return Claim(
        f"{signer(barrier)} may assume other roles, but not {target(barrier)}",
        near_place(barrier, f"does not name {target(barrier)}"),
        help=(f"add {barrier.hop.hop.target} to the Resource of this statement",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD202",
    slug="caller-allows-another-role",
    title="The caller may assume other roles, not this one",
    stage=Stage.ASSUME,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="An Allow for sts:AssumeRole exists, and its Resource names other ARNs.",
        why="Role ARNs are compared as text, case included.",
        confirm="Compare the Resource shown with the ARN of the role.",
        fix="Add the ARN of the role to the Resource of that statement.",
        avoid="Do not replace the list by a wildcard.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
