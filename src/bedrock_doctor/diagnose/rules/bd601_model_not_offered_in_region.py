"""BD601: the model is not offered in the Region of the call."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD601",
    slug="model-not-offered-in-region",
    title="The model is not offered in the Region of the call",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_REGION,
    manual=Manual(
        happened="The list of models of that Region does not hold the model.",
        why="Models are offered Region by Region.",
        confirm="Run `aws bedrock list-foundation-models` in that Region.",
        fix="Call a Region that offers the model, or an inference profile that reaches it.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/models-regions.html",),
    ),
)
