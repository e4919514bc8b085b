"""BD616: the subscription to the model is still being set up."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD616",
    slug="subscription-processing",
    title="The subscription to the model is still being set up",
    stage=Stage.INVOKE,
    layer=Layer.MARKETPLACE,
    manual=Manual(
        happened="The subscription has begun and is not complete.",
        why=("Setting it up takes up to 15 minutes; calls may succeed and fail in between."),
        confirm="Repeat the call after 15 minutes.",
        fix="Wait. Open a case when it stays pending.",
        avoid=("Do not change policies while it is pending: you would not see what helped."),
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
