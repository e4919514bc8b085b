"""BD805: the model did not answer in time."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD805",
    slug="model-timeout",
    title="The model did not answer in time",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="The model took longer than the time limit.",
        why="Long inputs and many output tokens take time.",
        confirm="Repeat with a shorter prompt or fewer output tokens.",
        fix=("Raise the read timeout of the client, stream the answer, or ask for less."),
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
