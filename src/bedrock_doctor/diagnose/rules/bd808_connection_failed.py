"""BD808: the connection broke or timed out."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Severity, Stage

RULE = Rule(
    id="BD808",
    slug="connection-failed",
    title="The connection broke or timed out",
    stage=Stage.INVOKE,
    layer=Layer.NETWORK,
    manual=Manual(
        happened="The connection ended before an answer came.",
        why=(
            "Proxies, certificates, and idle timeouts of NAT gateways and endpoints "
            "end long requests. AWS refused nothing."
        ),
        confirm="Open a TLS connection to the host from the same machine.",
        fix=("Check proxy, certificates, and the timeouts on the way and of the client."),
        avoid="Do not change policies.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        ),
    ),
    severity=Severity.WARNING,
)
