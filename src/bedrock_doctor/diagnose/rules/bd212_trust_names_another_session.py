"""BD212: the trust policy names one session of the caller's role."""

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
    near = [found for found in reason.near if found.kind in (NearMiss.ANOTHER_SESSION,)]
    if not near:
        return None
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} names another session of {signer(barrier)}",
        place(entry, [mark(found.text, "one session only") for found in near]),
        help=(f"name the role instead of a session: {caller.role_arn or caller.name}",),
        subjects=(caller.role_arn or caller.arn,),
    )


RULE = Rule(
    id="BD212",
    slug="trust-names-another-session",
    title="The trust policy names one session of the caller's role",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="The Principal is a session ARN with another session name.",
        why=("A session ARN matches exactly one session name; wildcards are not allowed there."),
        confirm="Read the Principal element shown and compare it with the ARN of the caller.",
        fix="Name the role ARN, which covers all its sessions.",
        avoid="Do not fix the session name in the application to fit.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    claims=_claim,
)
