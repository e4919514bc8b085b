"""BD214: the trust policy names a principal of another partition."""

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
    near = [found for found in reason.near if found.kind in (NearMiss.PARTITION,)]
    if not near:
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} names the caller in another partition",
        place(
            entry,
            [mark(found.text, f"the caller is in partition {caller.partition}") for found in near],
        ),
        help=(f"name {caller.role_arn or caller.arn} as Principal of this statement",),
        subjects=(caller.role_arn or caller.arn,),
    )


RULE = Rule(
    id="BD214",
    slug="trust-in-wrong-partition",
    title="The trust policy names a principal of another partition",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The Principal has the right account, written with another partition.",
        why=(
            "The partition is part of an ARN: `aws`, `aws-us-gov` and `aws-cn` never match "
            "each other."
        ),
        confirm="Read the Principal element shown and compare it with the ARN of the caller.",
        fix="Write the ARN with the partition of the account.",
        avoid="Do not look for a way across partitions: credentials never cross them.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
