"""BD122: AWS does not know the credentials."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD122",
    slug="token-invalid",
    title="AWS does not know the credentials",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The access key is unknown, or the session token does not belong to it.",
        why=(
            "Keys of another partition, deleted keys, a leftover session token, and "
            "tokens of the global STS endpoint in an opt-in Region give the same "
            "answer."
        ),
        confirm="Run `bedrock-doctor whoami` in the failing process.",
        fix=(
            "Renew the credentials, take key, secret and token from one session, and "
            "use a regional STS endpoint for opt-in Regions."
        ),
        avoid="Do not change policies: AWS did not get as far as reading them.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html",
        ),
    ),
)
