"""BD001: a file of the snapshot cannot be read."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD001",
    slug="unreadable-snapshot-file",
    title="A file of the snapshot cannot be read",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="A file of the snapshot is damaged, truncated, or not what its name says.",
        why=("Only what that file would have told is unknown; everything else is still evaluated."),
        confirm="Open the file at the line and column that the finding names.",
        fix=(
            "Collect the file again with the AWS CLI command that its name stands for, and "
            "put its output there unchanged."
        ),
        avoid="Do not edit collected files by hand.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
        ),
    ),
    severity=Severity.WARNING,
)
