"""BD210: the trust policy names other accounts."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import mark, place
from bedrock_doctor.diagnose.predicates import reason_is
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer, ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    if not reason_is(barrier, ReasonKind.PRINCIPAL) or barrier.layer is not PolicyLayer.RESOURCE:
        return None
    reason, entry = barrier.reason, barrier.nearest
    if reason is None or entry is None:
        return None
    near = [found for found in reason.near if found.kind in (NearMiss.ANOTHER_ACCOUNT,)]
    if not near:
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} does not name account {caller.account}",
        place(entry, [mark(found.text, f"the caller is in {caller.account}") for found in near]),
        help=(f"name {caller.role_arn or caller.arn} as Principal of this statement",),
        subjects=(caller.role_arn or caller.arn,),
    )


RULE = Rule(
    id="BD210",
    slug="trust-names-another-account",
    title="The trust policy names other accounts",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="No principal of the caller's account is named in the trust policy.",
        why="Across accounts the trust policy must name the caller or its account.",
        confirm="Read the Principal element shown and compare it with the ARN of the caller.",
        fix=(
            "Add the ARN of the caller to the Principal, with ExternalId or organization "
            "condition kept."
        ),
        avoid="Do not open the trust policy to everyone.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
