"""BD806: the request is not valid for this model."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD806",
    slug="bad-request",
    title="The request is not valid for this model",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_ID,
    manual=Manual(
        happened="The service or the SDK refused the request itself.",
        why=(
            "A parameter, a field of the body, or an operation does not fit the "
            "model. Permissions were passed, or not reached yet."
        ),
        confirm="Send the smallest valid request to the same model.",
        fix="Correct the request as the message says.",
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
