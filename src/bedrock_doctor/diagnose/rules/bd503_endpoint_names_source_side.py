"""BD503: the endpoint policy admits the source side only."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.predicates import implicit_in
from bedrock_doctor.diagnose.wording import signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer, ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.ENDPOINT, assumes=False) or barrier.nearest is None:
        return None
    keys = (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
    )
    by_caller = [
        reason
        for reason in barrier.nearest.reasons
        if reason.kind is ReasonKind.PRINCIPAL
        or (reason.condition is not None and reason.condition.key.value.lower() in keys)
    ]
    if not by_caller or len(by_caller) < len(barrier.nearest.reasons):
        return None
    return Claim(
        f"the Bedrock endpoint policy does not admit {signer(barrier)} "
        f"of {barrier.hop.hop.account}",
        near_place(barrier, f"the signer is of account {barrier.hop.hop.account}"),
        help=(f"have the owner of the endpoint admit {signer(barrier)}",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD503",
    slug="endpoint-names-source-side",
    title="The endpoint policy admits the source side only",
    stage=Stage.INVOKE,
    layer=Layer.ENDPOINT,
    manual=Manual(
        happened=(
            "The policy of the Bedrock endpoint admits principals of the source account or "
            "organization, but the role of the target account signs."
        ),
        why=(
            "After the assume step the request is signed by the role: aws:PrincipalAccount, "
            "aws:PrincipalOrgID and Principal are those of the target account."
        ),
        confirm="Compare the Principal or condition shown with the ARN of the role.",
        fix="Let the owner of the endpoint admit the role of the target account.",
        avoid="Do not admit every principal.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        ),
    ),
    claims=_claim,
)
