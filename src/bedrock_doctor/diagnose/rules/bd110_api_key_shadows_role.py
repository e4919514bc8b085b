"""BD110: an API key signed the call in place of the role."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD110",
    slug="api-key-shadows-role",
    title="An API key signed the call in place of the role",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened=(
            "AWS_BEARER_TOKEN_BEDROCK is set, so the SDK signs calls to Amazon "
            "Bedrock with that API key and never uses the role."
        ),
        why=(
            "SDKs prefer the API key to SigV4 credentials. The call then carries the "
            "permissions of the identity that made the key."
        ),
        confirm=(
            "Look for AWS_BEARER_TOKEN_BEDROCK in the environment of the failing "
            "process, or run `bedrock-doctor whoami` in it."
        ),
        fix=(
            "Unset AWS_BEARER_TOKEN_BEDROCK for the process. Where the key is meant, "
            "give its own identity the permission."
        ),
        avoid="Do not change the policies of the role: it is not asked.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
