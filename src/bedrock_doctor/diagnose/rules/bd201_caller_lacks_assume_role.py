"""BD201: the caller has no Allow for sts:AssumeRole."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import about, implicit_in
from bedrock_doctor.diagnose.wording import grant, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.IDENTITY, assumes=True) or not barrier.lacks_action:
        return None
    if not about(barrier, Purpose.ASSUME_ROLE):
        return None
    return Claim(
        f"no identity-based policy of {signer(barrier)} allows sts:AssumeRole",
        help=(grant(barrier, to=f"a policy of {signer(barrier)}"),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD201",
    slug="caller-lacks-assume-role",
    title="The caller has no Allow for sts:AssumeRole",
    stage=Stage.ASSUME,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="No identity-based policy of the caller allows sts:AssumeRole at all.",
        why=(
            "Across accounts both sides must allow: the trust policy of the role and an "
            "identity-based policy of the caller."
        ),
        confirm=(
            "List the policies of the caller, its groups included, and look for sts:AssumeRole."
        ),
        fix="Add an Allow for sts:AssumeRole on exactly the ARN of the role.",
        avoid="Do not allow sts:AssumeRole on all roles.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
