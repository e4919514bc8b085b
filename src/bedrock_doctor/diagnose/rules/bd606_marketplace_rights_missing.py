"""BD606: the caller lacks the AWS Marketplace rights for the first call of a model."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD606",
    slug="marketplace-rights-missing",
    title="The caller lacks the AWS Marketplace rights for the first call of a model",
    stage=Stage.INVOKE,
    layer=Layer.MARKETPLACE,
    manual=Manual(
        happened=(
            "The first call of a third-party model in an account subscribes the "
            "account, with the permissions of its caller."
        ),
        why=(
            "The caller needs aws-marketplace:Subscribe and aws-"
            "marketplace:ViewSubscriptions, and no control policy may deny them."
        ),
        confirm=(
            "Look for both actions in the policies of the role and for a Deny in the "
            "service control policies."
        ),
        fix=(
            "Let a principal that has both actions call the model once in this "
            "account. Afterwards nobody else needs them."
        ),
        avoid="Do not give Marketplace rights to every application role.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
