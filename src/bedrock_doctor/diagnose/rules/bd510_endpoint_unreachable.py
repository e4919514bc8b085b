"""BD510: the endpoint cannot be reached."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage

RULE = Rule(
    id="BD510",
    slug="endpoint-unreachable",
    title="The endpoint cannot be reached",
    stage=Stage.INVOKE,
    layer=Layer.NETWORK,
    manual=Manual(
        happened="No connection to the endpoint of the service came about.",
        why=(
            "The name does not resolve, no route or security group lets the traffic "
            "pass, or the Region has no such endpoint."
        ),
        confirm=("Resolve the host name and open a connection to port 443 from the same machine."),
        fix=(
            "Correct the Region, or open the way: interface endpoint or NAT, security group, proxy."
        ),
        avoid="Do not change policies: AWS did not see the request.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        ),
    ),
)
