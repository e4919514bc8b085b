"""BD123: the signature does not fit the request."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD123",
    slug="signature-mismatch",
    title="The signature does not fit the request",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="AWS computed another signature than the one that was sent.",
        why=(
            "A wrong secret, a proxy that changes the request, or a wrong service "
            "name or Region in the credential scope are the causes."
        ),
        confirm="Repeat the call with the AWS CLI and the same credentials.",
        fix=(
            "Let the SDK sign, keep proxies from rewriting requests, and correct "
            "secret, Region or service name."
        ),
        avoid="Do not sign by hand where an SDK can.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
        ),
    ),
)
