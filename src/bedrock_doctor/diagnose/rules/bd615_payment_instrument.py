"""BD615: the payer has no payment method that AWS Marketplace accepts."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD615",
    slug="payment-instrument",
    title="The payer has no payment method that AWS Marketplace accepts",
    stage=Stage.INVOKE,
    layer=Layer.MARKETPLACE,
    manual=Manual(
        happened="The subscription to the model failed because of the payment method.",
        why=(
            "Models of third parties are subscribed through AWS Marketplace, and the "
            "paying account of the organization is charged."
        ),
        confirm="Read the payment methods of the management account.",
        fix="Add a valid payment method there, wait two minutes and repeat the call.",
        avoid="Do not change policies: the subscription was allowed.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
