"""BD609: the model has reached its end of life."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD609",
    slug="model-end-of-life",
    title="The model has reached its end of life",
    stage=Stage.INVOKE,
    layer=Layer.LIFECYCLE,
    manual=Manual(
        happened="The date of the model's end of life has passed.",
        why="AWS answers calls to it with an error for everyone.",
        confirm="Look at modelLifecycle in `aws bedrock list-foundation-models`.",
        fix="Move to an active model.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html",),
    ),
)
