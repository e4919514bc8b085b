"""BD608: the model is in its legacy period."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD608",
    slug="model-legacy",
    title="The model is in its legacy period",
    stage=Stage.INVOKE,
    layer=Layer.LIFECYCLE,
    manual=Manual(
        happened="The model is marked LEGACY.",
        why="Legacy models are closed to accounts that have not used them lately.",
        confirm="Look at modelLifecycle in `aws bedrock list-foundation-models`.",
        fix="Move to an active model.",
        avoid="Do not ask for access: it is not given anew.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html",),
    ),
    severity=Severity.WARNING,
)
