"""BD113: the API key belongs to another Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD113",
    slug="api-key-of-another-region",
    title="The API key belongs to another Region",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened="The key was made in one Region and the call goes to another.",
        why="An API key works only in the Region where it was made.",
        confirm=(
            "Compare the Region of the key with the Region of the endpoint; `bedrock-"
            "doctor whoami` shows the Region of a short-term key."
        ),
        fix="Make a key in the Region of the call, or call the Region of the key.",
        avoid="Do not look for the cause in policies: none was read.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
)
