"""BD213: the trust policy names a principal that was deleted."""

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
    near = [found for found in reason.near if found.kind in (NearMiss.DELETED_PRINCIPAL,)]
    if not near:
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} names a deleted principal, not {signer(barrier)}",
        place(
            entry,
            [
                mark(found.text, "the unique id of a principal that was deleted or re-created")
                for found in near
            ],
        ),
        help=(f"name {caller.role_arn or caller.arn} as Principal of this statement",),
        subjects=(caller.role_arn or caller.arn,),
    )


RULE = Rule(
    id="BD213",
    slug="trust-names-deleted-principal",
    title="The trust policy names a principal that was deleted",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=(
            "The Principal is a unique id (AROA… or AIDA…). IAM shows it when the principal "
            "behind it was deleted."
        ),
        why=(
            "On saving, IAM turns a role or user ARN into its unique id. A re-created role "
            "of the same name has another id."
        ),
        confirm="Read the Principal element shown and compare it with the ARN of the caller.",
        fix="Write the ARN of the caller again and save the trust policy.",
        avoid="Do not copy the id of the new role: write its ARN.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
