"""BD705: the enforced guardrail is no guardrail."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD705",
    slug="enforced-guardrail-invalid",
    title="The guardrail that the organization enforces is named by no ARN",
    stage=Stage.INVOKE,
    layer=Layer.GUARDRAIL,
    manual=Manual(
        happened=(
            "The Bedrock policy that is in force on the account names a guardrail by something "
            "that is no ARN."
        ),
        why="With such a policy Amazon Bedrock refuses all inference of the account.",
        confirm=(
            "Run `aws organizations describe-effective-policy --policy-type BEDROCK_POLICY` in the "
            "account."
        ),
        fix=(
            "Have the management account name the guardrail by its ARN with version in the Bedrock "
            "policy."
        ),
        avoid="Do not change policies of the role: they are not the cause.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html",
        ),
    ),
    severity=Severity.WARNING,
)
