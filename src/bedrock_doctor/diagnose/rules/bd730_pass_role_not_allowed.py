"""BD730: the caller may not pass the service role of the job."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import name_of, relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not only_purpose(barrier, Purpose.PASS_ROLE) or barrier.layer is PolicyLayer.SCP:
        return None
    role = barrier.resources[0]
    return Claim(
        f"{signer(barrier)} may not pass the service role {name_of(role)} to Amazon Bedrock",
        deny_place(barrier) or near_place(barrier, "does not cover iam:PassRole"),
        help=(f"{relief(barrier)}, with iam:PassedToService bedrock.amazonaws.com",),
        subjects=(role,),
    )


RULE = Rule(
    id="BD730",
    slug="pass-role-not-allowed",
    title="The caller may not pass the service role of the job",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The job hands a service role to Amazon Bedrock, and the caller may not pass that role."
        ),
        why=(
            "Handing a role to a service needs iam:PassRole on the role, so that "
            "nobody gains rights through a service."
        ),
        confirm=(
            "Look for iam:PassRole with the condition iam:PassedToService in the "
            "policies of the caller."
        ),
        fix=(
            "Allow iam:PassRole on the ARN of the service role, with "
            "iam:PassedToService bedrock.amazonaws.com."
        ),
        avoid="Do not allow iam:PassRole on all roles.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html",
        ),
    ),
    claims=_claim,
)
