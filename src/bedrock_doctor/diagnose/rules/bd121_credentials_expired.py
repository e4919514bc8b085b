"""BD121: the credentials have expired."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD121",
    slug="credentials-expired",
    title="The credentials have expired",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The session behind the credentials has ended.",
        why=(
            "Temporary credentials have a lifetime; a session of a chained role has "
            "one hour at most."
        ),
        confirm="Run `aws sts get-caller-identity` with the same credentials.",
        fix=("Get fresh credentials, and let the SDK refresh them instead of copying them."),
        avoid="Do not copy session tokens into configuration files.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html",
        ),
    ),
)
