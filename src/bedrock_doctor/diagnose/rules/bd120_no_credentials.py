"""BD120: no credentials were found."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD120",
    slug="no-credentials",
    title="No credentials were found",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The SDK found no credentials, so that nothing was sent to AWS.",
        why="Every source of its chain was empty, incomplete, or out of reach.",
        confirm=(
            "Run `bedrock-doctor whoami -v` in the failing process: it lists the "
            "sources in their order."
        ),
        fix=(
            "Give the process a profile, a role, or credentials in its environment. "
            "In containers check the token file and the metadata endpoint."
        ),
        avoid="Do not put long-term keys into the image.",
        references=(
            "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html",
        ),
    ),
)
