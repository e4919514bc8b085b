"""BD605: the agreement for the model was not accepted."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD605",
    slug="agreement-missing",
    title="The agreement for the model was not accepted",
    stage=Stage.INVOKE,
    layer=Layer.AGREEMENT,
    manual=Manual(
        happened="The account has no agreement for the model.",
        why=(
            "Models of third parties need an AWS Marketplace agreement; the first call "
            "makes it with the rights of the caller."
        ),
        confirm=(
            "Run `aws bedrock get-foundation-model-availability` and look at agreementAvailability."
        ),
        fix=("Let a principal with Marketplace rights in the target account call the model once."),
        avoid="Do not give all roles Marketplace rights.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
    severity=Severity.WARNING,
)
