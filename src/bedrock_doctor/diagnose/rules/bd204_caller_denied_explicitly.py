"""BD204: an identity-based policy of the caller denies the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not explicit_in(barrier, PolicyLayer.IDENTITY, assumes=True):
        return None
    return Claim(
        f"a policy of {signer(barrier)} denies {barrier.action} on {target(barrier)}",
        deny_place(barrier),
        help=("exempt this role from the Deny, or meet the condition of the Deny",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD204",
    slug="caller-denied-explicitly",
    title="An identity-based policy of the caller denies the assume step",
    stage=Stage.ASSUME,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="A Deny statement in a policy of the caller matches.",
        why="An explicit Deny wins over every Allow.",
        confirm="Look at the statement shown and at its conditions.",
        fix="Change the Deny so that it does not match this role, or meet its condition.",
        avoid="Do not add an Allow: it cannot outweigh a Deny.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ),
    claims=_claim,
)
