"""BD614: AWS restricts the account."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD614",
    slug="account-restricted",
    title="AWS restricts the account",
    stage=Stage.INVOKE,
    layer=Layer.ACCOUNT,
    manual=Manual(
        happened=(
            "AWS itself does not let this account use the model, the operation or the service."
        ),
        why=(
            "Some models need access that AWS grants account by account, and new or "
            "restricted accounts have limits. No policy decides it."
        ),
        confirm="Make the same call from another account of the organization.",
        fix=(
            "Open a case with AWS Support, or ask AWS Sales for the model. Meanwhile "
            "assume a role in an account that may use it."
        ),
        avoid="Do not change policies: none of them can open this gate.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
