"""BD804: the model is not ready."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD804",
    slug="model-not-ready",
    title="The model is not ready",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="An imported or custom model is being loaded.",
        why=("Models that were not used for a while are loaded again at the first call."),
        confirm="Repeat the call after a minute.",
        fix="Retry with backoff; the SDK can do it.",
        avoid="Do not import the model again.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
