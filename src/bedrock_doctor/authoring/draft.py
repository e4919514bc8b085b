"""The policies of one way as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bedrock_doctor.model.attempt import Attempt


class Part(StrEnum):
    """Which policy of a way a document is."""

    ROLE = "role"
    """Permissions of the identity that calls the model."""
    TRUST = "trust"
    """Trust policy of the role that is assumed."""
    CALLER = "caller"
    """Permissions of the caller in its own account."""
    SERVICE_ROLE = "service-role"
    """Permissions of the role that a batch job runs as."""
    SERVICE_TRUST = "service-trust"
    """Trust policy of that role, for Amazon Bedrock itself."""
    ENDPOINT = "endpoint"
    """Policy of a VPC endpoint for Amazon Bedrock."""
    STS_ENDPOINT = "sts-endpoint"
    """Policy of a VPC endpoint for AWS STS."""
    SCP = "scp"
    """A Region fence with the exception that the way needs."""


@dataclass(frozen=True, slots=True)
class DraftPolicy:
    """One document.

    Attributes:
        part: what it is.
        account: who must put it in place; empty where that is not known.
        holder: ARN of what it belongs to; empty where that is not known.
        document: the policy.
        hop: number of the hop that it is for, from 1; 0 where it is for several.
    """

    part: Part
    account: str
    holder: str
    document: dict[str, Any]
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """All policies of one way.

    Attributes:
        attempt: the way.
        model: what is called, as an ARN.
        regions: Regions in which the model is checked; ``unspecified`` for global routing.
        source: where the destinations come from: ``snapshot``, ``catalog``, or empty.
        policies: of the call, then of the roles on the way to it, the nearest first, then of a
            batch job's role, then of what stands around them.
    """

    attempt: Attempt
    model: str
    regions: tuple[str, ...]
    source: str
    policies: tuple[DraftPolicy, ...]
