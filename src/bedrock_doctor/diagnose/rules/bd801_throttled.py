"""BD801: the call was throttled."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD801",
    slug="throttled",
    title="The call was throttled",
    stage=Stage.INVOKE,
    layer=Layer.QUOTA,
    manual=Manual(
        happened="Requests or tokens per minute went over the quota.",
        why=("Quotas hold for an account, a Region and a model. Permissions are not involved."),
        confirm=(
            "Run `aws service-quotas list-service-quotas --service-code bedrock`, and"
            " look at the metric InvocationThrottles."
        ),
        fix=(
            "Retry with backoff, spread the load with an inference profile, or ask "
            "for a higher quota."
        ),
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
