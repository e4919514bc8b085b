"""BD810: the request is too large."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD810",
    slug="token-size",
    title="The request is too large",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_ID,
    manual=Manual(
        happened="The request holds more than the model or AWS STS takes.",
        why=(
            "Models have a context window; session tags and session policies share one packed size."
        ),
        confirm="Count the tokens, or read the percentage in the message.",
        fix="Send less: fewer tokens, session tags or session policies.",
        avoid="Do not change policies of the role.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",
        ),
    ),
    severity=Severity.WARNING,
)
