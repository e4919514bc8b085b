"""BD410: a policy of the role denies the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (explicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)):
        return None
    return Claim(
        f"a policy of {signer(barrier)} denies {barrier.action}",
        deny_place(barrier),
        notes=(),
        help=("change the Deny so that it does not match, or meet its condition",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD410",
    slug="role-denied-explicitly",
    title="A policy of the role denies the inference",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="A Deny statement in an identity-based policy of the signing role matches.",
        why="An explicit Deny wins over every Allow.",
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Change the Deny, or meet its condition.",
        avoid="Do not add an Allow.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ),
    claims=_claim,
)
