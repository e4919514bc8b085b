"""BD730: the caller may not pass the service role of the job."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

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
)
