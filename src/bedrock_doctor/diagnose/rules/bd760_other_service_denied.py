"""BD760: another service denied a call on the way."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD760",
    slug="other-service-denied",
    title="Another service denied a call on the way",
    stage=Stage.INVOKE,
    layer=Layer.RESOURCE,
    manual=Manual(
        happened=(
            "The denied call is one of another service, made before or beside the "
            "call of the model."
        ),
        why=(
            "Applications also read secrets, keys, buckets and knowledge bases; their"
            " denials look alike."
        ),
        confirm=(
            "Read the action in the message, and the policies of the signer and of "
            "the resource for it."
        ),
        fix="Allow that action on that resource to the identity that signs.",
        avoid="Do not change the permissions for the model: it was not denied.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        ),
    ),
)
