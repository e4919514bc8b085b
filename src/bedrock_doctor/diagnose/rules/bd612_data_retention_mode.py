"""BD612: the data retention mode of the account does not suit the model."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD612",
    slug="data-retention-mode",
    title="The data retention mode of the account does not suit the model",
    stage=Stage.INVOKE,
    layer=Layer.DATA_RETENTION,
    manual=Manual(
        happened="The account's mode is not one that the model accepts.",
        why="Some models demand a data retention mode.",
        confirm="Run `aws bedrock get-account-data-retention`.",
        fix="Let the account's administrator choose a mode that the model accepts.",
        avoid="Do not change it without the owner of the data.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html",),
    ),
    severity=Severity.WARNING,
)
