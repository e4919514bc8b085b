"""BD604: AWS says that the account has no access to the model."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD604",
    slug="model-access-not-available",
    title="AWS says that the account has no access to the model",
    stage=Stage.INVOKE,
    layer=Layer.ENTITLEMENT,
    manual=Manual(
        happened=(
            "GetFoundationModelAvailability reports that the model is not available to the account."
        ),
        why=(
            "Access to some models depends on agreements, forms or the state of the "
            "account. AWS's answer is a hint: it has been seen wrong both ways."
        ),
        confirm=(
            "Run `aws bedrock get-foundation-model-availability` again, then call the model once."
        ),
        fix="Clear what the other gates of this report name; if nothing is left, ask AWS.",
        avoid="Do not change policies for it.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
    severity=Severity.WARNING,
)
