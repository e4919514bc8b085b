"""BD803: the service has no capacity at the moment."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD803",
    slug="service-unavailable",
    title="The service has no capacity at the moment",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="Amazon Bedrock could not take the request.",
        why=("Capacity is short for a while. Neither permissions nor your quota are involved."),
        confirm="Read the AWS Health Dashboard.",
        fix=("Retry with backoff, or use an inference profile with more destination Regions."),
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
