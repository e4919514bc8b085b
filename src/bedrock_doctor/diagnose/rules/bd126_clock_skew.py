"""BD126: the clock of the machine is wrong."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD126",
    slug="clock-skew",
    title="The clock of the machine is wrong",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=("The time of the signature differs from AWS's time by more than five minutes."),
        why=("AWS refuses old signatures, so that a recorded request cannot be sent again."),
        confirm=(
            "Compare `date -u` with the Date header of an answer of AWS; `bedrock-"
            "doctor whoami` does it."
        ),
        fix="Synchronize the clock of the machine or container host.",
        avoid="Do not correct the time in the application.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
        ),
    ),
)
