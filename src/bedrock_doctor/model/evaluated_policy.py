"""A policy that AWS evaluated for a denied request, as its authorization details tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EvaluatedPolicy:
    """A policy that AWS evaluated for the denied request.

    https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html

    Attributes:
        uri: its ARN when it is managed, else AWS's opaque id.
        type: AWS's policy type, for example ``SERVICE_CONTROL_POLICY``.
        inline: whether it is an inline policy.
        attached_to: ARNs of what it is attached to.
        document: the policy as a JSON value when GetRequestAuthorizationPolicy's answer was given.
    """

    uri: str
    type: str
    inline: bool
    attached_to: tuple[str, ...]
    document: Mapping[str, Any] | None = None
