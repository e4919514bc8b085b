"""BD731: the service role does not trust Amazon Bedrock."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import near_place
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.trace import PolicyLayer, ReasonKind


def _claim(barrier: Barrier) -> Claim | None:
    principal = barrier.first.check.request.principal
    service = principal.kind is PrincipalKind.SERVICE and barrier.layer is PolicyLayer.RESOURCE
    by_condition = barrier.reason is not None and barrier.reason.kind is not ReasonKind.PRINCIPAL
    if not service or barrier.deny is not None or by_condition:
        return None
    return Claim(
        f"the trust policy of the service role {target(barrier)} does not name {principal.arn}",
        near_place(barrier, "is not the service"),
        help=(
            f"add a statement that allows sts:AssumeRole to the Service {principal.arn}, with "
            f"aws:SourceAccount {barrier.hop.hop.account}",
        ),
        subjects=(barrier.hop.hop.target,),
    )


RULE = Rule(
    id="BD731",
    slug="service-role-not-trusted",
    title="The service role does not trust Amazon Bedrock",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="Amazon Bedrock may not assume the role that the batch job is to run as.",
        why=(
            "A job runs as its service role. Its trust policy must name the service principal "
            "bedrock.amazonaws.com; trusting the caller of the job is something else."
        ),
        confirm="Read the Principal elements of the role's trust policy.",
        fix=(
            "Add bedrock.amazonaws.com as Service to the trust policy, with aws:SourceAccount and "
            "aws:SourceArn of the jobs, so that no other account can use the role through the "
            "service."
        ),
        avoid="Do not trust the service without aws:SourceAccount.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        ),
    ),
    claims=_claim,
)
