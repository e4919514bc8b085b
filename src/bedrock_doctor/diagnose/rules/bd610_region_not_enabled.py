"""BD610: the Region is not enabled in the account."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD610",
    slug="region-not-enabled",
    title="The Region is not enabled in the account",
    stage=Stage.INVOKE,
    layer=Layer.MODEL_REGION,
    manual=Manual(
        happened="The account has not opted in to the Region of the call.",
        why=(
            "Opt-in Regions must be enabled in the account whose role signs. Destination "
            "Regions of a profile need not be."
        ),
        confirm="Run `aws account list-regions`.",
        fix="Let the account's administrator enable the Region, or call another one.",
        avoid="Do not change policies: this is no matter of permissions.",
        references=(
            "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
        ),
    ),
)
