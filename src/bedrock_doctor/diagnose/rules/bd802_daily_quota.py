"""BD802: the tokens of the day are used up."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD802",
    slug="daily-quota",
    title="The tokens of the day are used up",
    stage=Stage.INVOKE,
    layer=Layer.QUOTA,
    manual=Manual(
        happened="The tokens per day went over the quota.",
        why=(
            "The quota is for a day. An applied value of zero means that the account is restricted."
        ),
        confirm=(
            "Run `aws service-quotas list-service-quotas --service-code bedrock` and "
            "read the applied value."
        ),
        fix="Wait for the next day, or ask for a higher quota.",
        avoid="Do not retry in a loop.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
