"""BD002: a policy is not one that AWS would have stored."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD002",
    slug="malformed-policy",
    title="A policy is not one that AWS would have stored",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="A policy document violates the policy grammar at the place shown.",
        why=(
            "AWS validates a policy when it is saved, so this document cannot be the one in "
            "force. What the real one says is not known: its layer is unknown."
        ),
        confirm="Compare the document with what the AWS CLI prints for it.",
        fix=(
            "Collect the document again. If it is a draft, mend it at the place shown "
            "before it is saved."
        ),
        avoid="Do not trust any verdict that rests on the document as it is.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
        ),
    ),
    severity=Severity.WARNING,
)
