"""BD011: AWS names a layer that was not collected."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD011",
    slug="evidence-names-layer",
    title="AWS names a layer that was not collected",
    stage=Stage.INVOKE,
    layer=Layer.SERVICE,
    manual=Manual(
        happened=(
            "AWS itself says which kind of policy denied the call. That policy is not in "
            "the snapshot."
        ),
        why=(
            "The message is proof for the layer and, where it carries a policy ARN, for the "
            "policy. It does not exclude further barriers behind it."
        ),
        confirm="Read the policy that the message names, with an identity that may.",
        fix=(
            "Ask the owner of that policy to collect it, then diagnose again to see the "
            "deciding line and everything behind it."
        ),
        avoid="Do not add an Allow elsewhere: it cannot outweigh this layer.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        ),
    ),
)
