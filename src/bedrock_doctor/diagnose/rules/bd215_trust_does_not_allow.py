"""BD215: the trust policy does not allow the caller."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import about, implicit_in
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.RESOURCE, assumes=True):
        return None
    if not about(barrier, Purpose.ASSUME_ROLE):
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} does not allow {signer(barrier)}",
        near_place(barrier, "does not name the caller"),
        help=(f"name {caller.role_arn or caller.arn} as Principal with sts:AssumeRole",),
    )


RULE = Rule(
    id="BD215",
    slug="trust-does-not-allow",
    title="The trust policy does not allow the caller",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="No statement of the trust policy allows this caller.",
        why=(
            "Without an Allow in the trust policy nobody can assume the role from another account."
        ),
        confirm="Read the whole trust policy.",
        fix=("Add the ARN of the caller to it, with the conditions that your organization uses."),
        avoid="Do not open the trust policy to everyone.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
