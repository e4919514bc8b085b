"""BD211: the trust policy names other principals of the caller's account."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import mark, place
from bedrock_doctor.diagnose.predicates import reason_is
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer, ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    if not reason_is(barrier, ReasonKind.PRINCIPAL) or barrier.layer is not PolicyLayer.RESOURCE:
        return None
    reason, entry = barrier.reason, barrier.nearest
    if reason is None or entry is None:
        return None
    near = [
        found
        for found in reason.near
        if found.kind
        in (
            NearMiss.ANOTHER_PRINCIPAL,
            NearMiss.PATH,
            NearMiss.CASE,
        )
    ]
    if not near:
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} does not name {signer(barrier)}",
        place(entry, [mark(found.text, found.kind.value) for found in near]),
        help=(f"name {caller.role_arn or caller.arn} as Principal of this statement",),
        subjects=(caller.role_arn or caller.arn,),
    )


RULE = Rule(
    id="BD211",
    slug="trust-names-another-principal",
    title="The trust policy names other principals of the caller's account",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=(
            "The trust policy names the account of the caller through other roles or users, "
            "or writes the caller with another path or case."
        ),
        why="Names and paths are compared exactly.",
        confirm="Read the Principal element shown and compare it with the ARN of the caller.",
        fix="Add the ARN of the caller, with its path, to the Principal.",
        avoid="Do not trust the whole account when one role is meant.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
