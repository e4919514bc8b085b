"""BD603: the model cannot be called by its bare id."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD603",
    slug="on-demand-not-supported",
    title="The model cannot be called by its bare id",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_ID,
    manual=Manual(
        happened="In this Region the model is served through inference profiles only.",
        why="Many newer models have no on-demand throughput of their own.",
        confirm="Look at inferenceTypesSupported in `aws bedrock list-foundation-models`.",
        fix="Call the inference profile that contains the model.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
        ),
    ),
    severity=Severity.WARNING,
)
