"""BD619: AWS is still verifying the account."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD619",
    slug="account-unverified",
    title="AWS is still verifying the account",
    stage=Stage.INVOKE,
    layer=Layer.ACCOUNT,
    manual=Manual(
        happened="The account is new, and its verification is not complete.",
        why="AWS verifies new accounts before it opens some services.",
        confirm="Read the mails of AWS to the owner of the account.",
        fix="Wait some hours, or answer the mail of the verification.",
        avoid="Do not open more accounts: each is verified.",
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html",),
    ),
)
