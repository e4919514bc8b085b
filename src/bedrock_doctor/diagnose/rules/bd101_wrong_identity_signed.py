"""BD101: another identity signed the call than expected."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD101",
    slug="wrong-identity-signed",
    title="Another identity signed the call than expected",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened=(
            "The principal in the message is not the role that the application is meant to use."
        ),
        why=(
            "The SDK took other credentials than the configuration intends: static keys in "
            "the environment, the role of the node or pod, an API key, or a role setting "
            "that was dropped on the way. The policies of the intended role were never "
            "asked."
        ),
        confirm=(
            "Compare account and role name of the principal in the message with the target "
            "role. Print the identity inside the application with GetCallerIdentity."
        ),
        fix=("Make the application assume the role, or remove the credentials that win over it."),
        avoid="Do not add Bedrock permissions to the identity that signed by mistake.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html",
        ),
    ),
)
