"""BD617: tokens of the global STS endpoint do not work in an opt-in Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD617",
    slug="global-token-in-opt-in-region",
    title="Tokens of the global STS endpoint do not work in an opt-in Region",
    stage=Stage.INVOKE,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=(
            "The session was made at the global STS endpoint, and the call goes to an opt- "
            "in Region."
        ),
        why=(
            "Tokens of the global endpoint are valid in Regions that are enabled by default only."
        ),
        confirm="Look at the STS endpoint that the SDK uses.",
        fix="Use the Regional STS endpoint.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html",
        ),
    ),
    severity=Severity.WARNING,
)
