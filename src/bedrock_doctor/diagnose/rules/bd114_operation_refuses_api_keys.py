"""BD114: the operation does not take API keys."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD114",
    slug="operation-refuses-api-keys",
    title="The operation does not take API keys",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened="The called operation accepts SigV4 credentials only.",
        why=(
            "AWS lists the operations that take API keys; bidirectional streaming and"
            " agents are among those that do not."
        ),
        confirm="Compare the operation with the list on the page about API keys.",
        fix=("Unset AWS_BEARER_TOKEN_BEDROCK and sign with the credentials of the role."),
        avoid="Do not make another key: every key is refused there.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
