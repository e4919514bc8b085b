"""BD607: the use-case form for Anthropic models was not submitted."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD607",
    slug="use-case-form-missing",
    title="The use-case form for Anthropic models was not submitted",
    stage=Stage.INVOKE,
    layer=Layer.USE_CASE,
    manual=Manual(
        happened="AWS says that no form was submitted for the account.",
        why=(
            "Anthropic models need the form once for the account, or once in the management "
            "account; opt-in Regions need it again."
        ),
        confirm="Run `aws bedrock get-use-case-for-model-access`; only its presence matters.",
        fix="Let the account's administrator submit the form.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
    severity=Severity.WARNING,
)
