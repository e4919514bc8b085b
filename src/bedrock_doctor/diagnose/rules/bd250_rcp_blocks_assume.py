"""BD250: a resource control policy of the role's organization denies the assume step."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in
from bedrock_doctor.diagnose.wording import policy_name, signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if not explicit_in(barrier, PolicyLayer.RCP):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an RCP"
    return Claim(
        f"{name} denies {barrier.action} on {target(barrier)} to {signer(barrier)}",
        deny_place(barrier),
        help=("have the owner of the RCP exempt this caller or its organization",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD250",
    slug="rcp-blocks-assume",
    title="A resource control policy of the role's organization denies the assume step",
    stage=Stage.ASSUME,
    layer=Layer.RCP,
    manual=Manual(
        happened="A Deny of an RCP matches.",
        why=(
            "RCPs bind the resource: whoever calls, from whatever account, the role of this "
            "organization is protected by them. STS is covered."
        ),
        confirm="Look at the statement shown and at its conditions.",
        fix="Let the owner of the RCP exempt this caller, or meet the condition.",
        avoid="Do not add an Allow anywhere: it cannot outweigh an RCP.",
        references=(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
        ),
    ),
    claims=_claim,
)
