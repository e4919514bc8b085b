"""BD127: the MFA code was not accepted."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD127",
    slug="mfa-code-refused",
    title="The MFA code was not accepted",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="AWS did not accept the code or the serial number of the MFA device.",
        why=(
            "A code is valid once and for half a minute; the serial number must be "
            "the ARN of the user's own device."
        ),
        confirm="Run `aws iam list-mfa-devices` as the user.",
        fix="Wait for the next code, or correct mfa_serial.",
        avoid="Do not remove the MFA condition from the trust policy.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
        ),
    ),
)
