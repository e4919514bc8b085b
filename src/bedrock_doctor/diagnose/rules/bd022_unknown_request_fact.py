"""BD022: the answer depends on a fact of the request that was not given."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD022",
    slug="unknown-request-fact",
    title="The answer depends on a fact of the request that was not given",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="A condition decides, and nobody told whether the request meets it.",
        why="Source address, MFA, session name and the like are known to the caller only.",
        confirm="Look at the condition that the report shows.",
        fix="State the fact with the option that the report names.",
        avoid="Do not guess: a wrong fact gives a wrong answer.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    severity=Severity.WARNING,
)
