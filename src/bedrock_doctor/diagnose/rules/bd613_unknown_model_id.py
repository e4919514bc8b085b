"""BD613: the model id is not known in this Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD613",
    slug="unknown-model-id",
    title="The model id is not known in this Region",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_ID,
    manual=Manual(
        happened="The Region knows no model, profile or ARN of this name.",
        why=(
            "It is misspelt, carries a prefix that the Region does not offer, or "
            "names a model of another Region or provider."
        ),
        confirm=(
            "Run `aws bedrock list-inference-profiles` and `aws bedrock list-"
            "foundation-models` in the Region of the call."
        ),
        fix="Take the id from those lists.",
        avoid=("Do not look for the cause in policies: a name that does not exist is no denial."),
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/models-regions.html",),
    ),
)
