"""BD102: another model of the configuration may be the one that fails."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD102",
    slug="second-model-in-configuration",
    title="Another model of the configuration may be the one that fails",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=(
            "The text names more than one model, and the denied one is not the one "
            "that people look at."
        ),
        why=(
            "Many applications call a second model for titles, embeddings or sub-"
            "agents. It has its own id, often its own Region, and needs its own "
            "permissions."
        ),
        confirm=(
            "Compare the model in the message with every model id in the "
            "configuration, for example with `bedrock-doctor diagnose --config FILE`."
        ),
        fix=(
            "Allow every model that the configuration names, or point the second "
            "setting at a model that is allowed."
        ),
        avoid="Do not widen the policy to all models because one more is needed.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        ),
    ),
)
