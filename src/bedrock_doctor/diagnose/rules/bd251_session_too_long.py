"""BD251: the requested session is too long."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD251",
    slug="session-too-long",
    title="The requested session is too long",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=("AssumeRole asks for a longer session than the role or role chaining allows."),
        why=(
            "A role has a maximum session duration, and a chained role gets one hour "
            "at most, whatever its maximum."
        ),
        confirm="Compare DurationSeconds with MaxSessionDuration of the role.",
        fix="Ask for 3600 seconds or less, and refresh the session.",
        avoid="Do not raise the maximum of the role: chaining stays at one hour.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html",
            "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
        ),
    ),
)
