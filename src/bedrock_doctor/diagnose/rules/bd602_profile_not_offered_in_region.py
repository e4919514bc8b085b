"""BD602: the inference profile is not offered in the Region of the call."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD602",
    slug="profile-not-offered-in-region",
    title="The inference profile is not offered in the Region of the call",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_REGION,
    manual=Manual(
        happened="The profile cannot be called from that Region.",
        why="A profile of one geography can be called from its source Regions only.",
        confirm="Run `aws bedrock list-inference-profiles` in that Region.",
        fix=(
            "Use the profile of the geography of the Region, or call from a source Region "
            "of the profile."
        ),
        avoid="Do not change policies: this is no matter of permissions.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
        ),
    ),
)
