"""BD000: a rule of bedrock-doctor failed."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD000",
    slug="internal-error",
    title="A rule of bedrock-doctor failed",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened=(
            "A rule of this program failed while it looked at the attempt. The other rules "
            "still ran."
        ),
        why="This is a defect of bedrock-doctor, not of your policies.",
        confirm="The summary names the rule, the note the error.",
        fix="Report it with the summary and the note; the rest of the report stands.",
        avoid="Do not read the absence of a finding as proof while this one is shown.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ),
    severity=Severity.WARNING,
)
