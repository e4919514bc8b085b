"""BD124: the sign-in session has ended."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD124",
    slug="sso-session-expired",
    title="The sign-in session has ended",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The session behind the profile has expired or was never begun.",
        why=(
            "Profiles of IAM Identity Center and of `aws login` hold no credentials; "
            "they exchange a sign-in for them."
        ),
        confirm="Run `aws sts get-caller-identity --profile NAME`.",
        fix=("Sign in again: `aws sso login --profile NAME`, or `aws login` for login profiles."),
        avoid="Do not work around it with long-term keys.",
        references=("https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html",),
    ),
)
