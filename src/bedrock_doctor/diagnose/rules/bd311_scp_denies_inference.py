"""BD311: an SCP on the role's account denies the inference."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import policy_name, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (explicit_in(barrier, PolicyLayer.SCP, assumes=False)):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} denies {barrier.action} to {signer(barrier)}",
        deny_place(barrier),
        notes=(),
        help=("have the owner of the SCP exempt this role, model or profile",),
        subjects=barrier.regions,
    )


RULE = Rule(
    id="BD311",
    slug="scp-denies-inference",
    title="An SCP on the role's account denies the inference",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened="A Deny of an SCP on the account of the signing role matches.",
        why=(
            "After the assume step the role signs, so the SCPs of its account bind the "
            "call; those of the source account no longer do."
        ),
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix="Let the owner of the SCP exempt the role, the model or the profile.",
        avoid="Do not add an Allow: it cannot outweigh an SCP.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
