"""BD021: the answer depends on documents that were not collected."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD021",
    slug="missing-evidence",
    title="The answer depends on documents that were not collected",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened=(
            "Every layer that could be read allows the call; at least one could not be read."
        ),
        why="A policy that nobody read may allow or deny. Both outcomes stay open.",
        confirm="The report names the AWS CLI command whose output is missing.",
        fix=(
            "Collect it, have its owner send it, or make the call once and pass the message "
            "with `--error`."
        ),
        avoid="Do not read unknown as allowed.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        ),
    ),
    severity=Severity.WARNING,
)
