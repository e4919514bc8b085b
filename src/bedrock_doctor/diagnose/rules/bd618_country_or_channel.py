"""BD618: the provider closes the model to this account."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD618",
    slug="country-or-channel",
    title="The provider closes the model to this account",
    stage=Stage.INVOKE,
    layer=Layer.ACCOUNT,
    manual=Manual(
        happened=(
            "The provider or the contract with a reseller closes the model to this "
            "account, its country, or the network of the caller."
        ),
        why=(
            "Some providers serve certain countries only, and accounts of channel "
            "programs buy through their AWS partner."
        ),
        confirm=(
            "Check the country of the account, the egress address of the caller, and "
            "whether a Solution Provider bills the account."
        ),
        fix=(
            "Assume a role in an account that may use the model, ask the Solution "
            "Provider, or call the model of another provider."
        ),
        avoid="Do not route calls through another country.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
