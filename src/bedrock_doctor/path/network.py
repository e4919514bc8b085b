"""Which VPC endpoint a request goes through.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Endpoint, Snapshot
from bedrock_doctor.path import missing_evidence


@dataclass(frozen=True, slots=True)
class Network:
    """How a request reaches AWS.

    Attributes:
        endpoint: the VPC endpoint, or None for the public endpoint.
        policy: the endpoint's policy; None without endpoint.
        unclear: an endpoint that was named but not collected: it may be for this service.
    """

    endpoint: Endpoint | None = None
    policy: Readable | None = None
    unclear: Missing | None = None


def network(attempt: Attempt, snapshot: Snapshot, service: str) -> Network:
    """The network of requests to an endpoint service such as ``sts`` or ``bedrock-runtime``."""
    known = {
        name: endpoint
        for account in snapshot.accounts.values()
        for name, endpoint in account.endpoints.items()
    }
    for name in attempt.endpoints:
        endpoint = known.get(name)
        if (
            endpoint
            and endpoint.service.endswith(f".{service}")
            and endpoint.region == attempt.region
        ):
            return Network(endpoint, endpoint.policy)
    unclear = [name for name in attempt.endpoints if name not in known]
    if not unclear:
        return Network()
    missing = missing_evidence.vpc_endpoint(unclear[0], attempt.region)
    return Network(policy=missing, unclear=missing)
