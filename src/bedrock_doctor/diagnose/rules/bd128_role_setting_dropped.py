"""BD128: the role of the configuration was not used."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD128",
    slug="role-setting-dropped",
    title="The role of the configuration was not used",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The configuration names a role, and another identity signed.",
        why=(
            "Libraries drop role settings on some of their paths, for example for "
            "embeddings or streaming."
        ),
        confirm=(
            "Compare account and role in the principal of the message with the configuration."
        ),
        fix=("Update the library, or assume the role outside of it with an AWS profile."),
        avoid="Do not grant the ambient identity what the role was made for.",
        references=(
            "https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html",
        ),
    ),
)
