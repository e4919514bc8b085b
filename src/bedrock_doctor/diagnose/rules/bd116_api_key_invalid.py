"""BD116: AWS does not accept the API key."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD116",
    slug="api-key-invalid",
    title="AWS does not accept the API key",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened="The key has the right form, and AWS does not accept it.",
        why=(
            "It was deactivated or deleted, belongs to another Region, or a part of it is missing."
        ),
        confirm=(
            "Run `aws iam list-service-specific-credentials --service-name "
            "bedrock.amazonaws.com` in the account of its user."
        ),
        fix="Activate the key, or make a new one in the Region of the call.",
        avoid=(
            "Do not keep the rejected key in the environment: it goes on winning over credentials."
        ),
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
