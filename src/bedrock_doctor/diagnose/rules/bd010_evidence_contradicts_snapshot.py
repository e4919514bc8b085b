"""BD010: AWS reported a denial that the snapshot does not show."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD010",
    slug="evidence-contradicts-snapshot",
    title="AWS reported a denial that the snapshot does not show",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened="The message names a layer, or a call, that the policies in the snapshot allow.",
        why=(
            "Either the snapshot is older or of another account than the message, or the "
            "request carried something that the attempt does not state."
        ),
        confirm=(
            "Compare the time of the snapshot with that of the message, and the principal "
            "and resource of the message with the attempt."
        ),
        fix="Collect the layer that the message names again, then diagnose again.",
        avoid=("Do not change the policy that the snapshot shows: it is not the one that decided."),
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        ),
    ),
    severity=Severity.WARNING,
)
