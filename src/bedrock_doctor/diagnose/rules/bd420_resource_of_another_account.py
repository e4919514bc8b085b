"""BD420: the call names a resource of another account."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (implicit_in(barrier, PolicyLayer.RESOURCE, assumes=False)):
        return None
    return Claim(
        f"{name_of(barrier.resources[0])} belongs to account "
        f"{barrier.first.check.request.resource_account}, and the call is signed in "
        f"{barrier.hop.hop.account}",
        None,
        notes=(),
        help=(
            "call the resource of the signing account, or assume a role in the account that owns "
            "it",
        ),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD420",
    slug="resource-of-another-account",
    title="The call names a resource of another account",
    stage=Stage.INVOKE,
    layer=Layer.RESOURCE,
    manual=Manual(
        happened="The ARN that is called belongs to another account than the one that signs.",
        why=(
            "Models, profiles and throughput cannot be shared by a resource policy: only a "
            "role of the owning account can call them."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix=("Use the ARN in the account of the role, or assume a role in the owning account."),
        avoid="Do not look for a resource policy to grant it.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_service-with-iam.html",
        ),
    ),
    claims=_claim,
)
