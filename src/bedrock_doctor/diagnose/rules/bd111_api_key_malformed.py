"""BD111: the API key has not the form of an Amazon Bedrock API key."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD111",
    slug="api-key-malformed",
    title="The API key has not the form of an Amazon Bedrock API key",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened=(
            "The bearer value begins with none of the beginnings that AWS gives to its keys."
        ),
        why=(
            "Quotes, blanks, a cut value or the key of another provider are common "
            "causes. The request is refused before any policy is read."
        ),
        confirm="Look at the first characters of the value only, and never paste it.",
        fix=(
            "Set the complete key without quotes or blanks, or unset the variable and"
            " sign with credentials."
        ),
        avoid="Do not paste the key into a ticket or a chat to have it checked.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
