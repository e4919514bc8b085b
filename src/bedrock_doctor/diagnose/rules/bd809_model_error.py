"""BD809: the model failed while it worked on the request."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD809",
    slug="model-error",
    title="The model failed while it worked on the request",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="The model answered with an error of its own.",
        why=("The input may be one that the model cannot process. Permissions are not involved."),
        confirm="Repeat the same request.",
        fix="Retry. Shorten or change the input when it stays.",
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
