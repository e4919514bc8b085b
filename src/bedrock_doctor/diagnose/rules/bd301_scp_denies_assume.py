"""BD301: an SCP on the caller's account denies the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import policy_name, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not (explicit_in(barrier, PolicyLayer.SCP, assumes=True)):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} denies {barrier.action} to {signer(barrier)}",
        deny_place(barrier),
        notes=(),
        help=("have the owner of the SCP exempt this role, or meet the condition of the Deny",),
        subjects=barrier.regions,
    )


RULE = Rule(
    id="BD301",
    slug="scp-denies-assume",
    title="An SCP on the caller's account denies the assume step",
    stage=Stage.ASSUME,
    layer=Layer.SCP,
    manual=Manual(
        happened="A Deny of an SCP on the account of the caller matches.",
        why=("SCPs bind the principals of an account, wherever the role that they assume stands."),
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix="Let the owner of the SCP exempt this caller and role.",
        avoid="Do not add an Allow: it cannot outweigh an SCP.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
