"""BD807: AWS failed inside."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD807",
    slug="internal-failure",
    title="AWS failed inside",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="The service answered with an internal error.",
        why="The fault is on the side of AWS. Permissions are not involved.",
        confirm="Read the AWS Health Dashboard.",
        fix="Retry with backoff. Open a case when it stays.",
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
        ),
    ),
    severity=Severity.WARNING,
)
