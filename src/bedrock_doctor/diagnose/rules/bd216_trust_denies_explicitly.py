"""BD216: the trust policy denies the caller."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not explicit_in(barrier, PolicyLayer.RESOURCE, assumes=True):
        return None
    return Claim(
        f"the trust policy of {target(barrier)} denies {barrier.action} to {signer(barrier)}",
        deny_place(barrier),
        help=("exempt this caller from the Deny, or meet the condition of the Deny",),
    )


RULE = Rule(
    id="BD216",
    slug="trust-denies-explicitly",
    title="The trust policy denies the caller",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="A Deny statement of the trust policy matches.",
        why="An explicit Deny wins over every Allow.",
        confirm="Look at the statement shown, its NotPrincipal and its conditions.",
        fix="Change the Deny so that it does not match this caller, or meet its condition.",
        avoid="Do not add an Allow.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ),
    claims=_claim,
)
