"""BD617: a token of the global STS endpoint is refused in an opt-in Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD617",
    slug="global-token-in-opt-in-region",
    title="A token of the global STS endpoint is refused in an opt-in Region",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=(
            "The session token was made by the global endpoint of AWS STS and the "
            "call goes to an opt-in Region."
        ),
        why=(
            "Tokens of the global endpoint are valid in Regions that are enabled by "
            "default only, unless the account asks for the other version."
        ),
        confirm=(
            "Look which STS endpoint gave the token: AWS_STS_REGIONAL_ENDPOINTS, or "
            "the host in the logs of the SDK."
        ),
        fix=(
            "Use the regional endpoint of AWS STS. Alternatively set the account's "
            "global tokens to be valid in all Regions."
        ),
        avoid="Do not disable and enable the Region again: the token is the cause.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html",
        ),
    ),
)
