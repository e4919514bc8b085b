"""BD606: the role lacks the AWS Marketplace rights that the first call needs."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD606",
    slug="marketplace-rights-missing",
    title="The role lacks the AWS Marketplace rights that the first call needs",
    stage=Stage.INVOKE,
    layer=Layer.MARKETPLACE,
    manual=Manual(
        happened="The agreement is missing, and the signing role may not make it.",
        why=("The first call in an account subscribes to the model with the rights of its signer."),
        confirm=(
            "Look for aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions in "
            "the role's policies."
        ),
        fix=(
            "Let an administrator of the target account call the model once, or allow the "
            "two actions to the role for that call."
        ),
        avoid="Do not leave Marketplace rights on the application's role.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
    severity=Severity.WARNING,
)
