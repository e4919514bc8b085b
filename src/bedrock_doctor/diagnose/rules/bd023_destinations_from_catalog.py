"""BD023: the destination Regions come from the bundled catalog."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD023",
    slug="destinations-from-catalog",
    title="The destination Regions come from the bundled catalog",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_REGION,
    manual=Manual(
        happened=(
            "The snapshot holds no get-inference-profile output, so the destinations were "
            "taken from dated data inside bedrock-doctor."
        ),
        why="AWS may have added destinations since that date.",
        confirm="Run `aws bedrock get-inference-profile` in the Region and account of the call.",
        fix="Add its output to the snapshot.",
        avoid="Do not treat the list as complete for new models.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
        ),
    ),
    severity=Severity.NOTE,
)
