"""BD620: in GovCloud third-party models must be enabled in two accounts."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD620",
    slug="govcloud-needs-both-accounts",
    title="In GovCloud third-party models must be enabled in two accounts",
    stage=Stage.INVOKE,
    layer=Layer.ENTITLEMENT,
    manual=Manual(
        happened="The call goes to AWS GovCloud (US).",
        why=(
            "A third-party model must be enabled in the GovCloud account and in the "
            "commercial account linked to it."
        ),
        confirm="Look at the model access page of both accounts.",
        fix="Enable the model in both.",
        avoid="Do not change policies for it.",
        references=(
            "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-bedrock.html",
        ),
    ),
    severity=Severity.NOTE,
)
