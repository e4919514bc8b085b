"""BD112: the API key has expired."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD112",
    slug="api-key-expired",
    title="The API key has expired",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened=(
            "The short-term API key is older than its lifetime, or the session that "
            "made it has ended."
        ),
        why=(
            "A short-term key lives at most 12 hours and never longer than the "
            "session that it was made in."
        ),
        confirm=(
            "Compare the time when the key was made with the time of the call; "
            "`bedrock-doctor whoami` reads its lifetime."
        ),
        fix=("Make a new key in the same Region, or let the token generator of AWS renew it."),
        avoid="Do not replace it by a long-term key to get rid of the expiry.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
