"""What `explain` answers, and its JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bedrock_doctor.model.finding import Layer, Stage

SCHEMA_VERSION = "1.0"


class Likelihood(StrEnum):
    """How well the evidence supports a candidate."""

    CERTAIN = "certain"
    """AWS's own words leave nothing else."""
    LIKELY = "likely"
    """What these words usually mean, or what further facts of the text point to."""
    POSSIBLE = "possible"
    """The same words can mean this."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible finding behind a message.

    Attributes:
        id: ``BD`` and three digits.
        slug: its name.
        hop: part of the way.
        layer: layer that would decide.
        likelihood: how well it is supported.
        why: what speaks for it.
        confirm: the cheapest next step.
        fix: what to change if it is confirmed.
    """

    id: str
    slug: str
    hop: Stage
    layer: Layer
    likelihood: Likelihood
    why: str
    confirm: str
    fix: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parts of a message; None where it does not tell.

    Attributes:
        principal: who signed, as written.
        account: the signer's account id.
        role: the signing role's name without path.
        session: the session's name.
        action: IAM action.
        resource: resource as written.
        region: Region that was called; where that is not told, the Region of the resource.
        policy_arn: policy that AWS names.
        authorization_id: id for GetRequestAuthorizationDetails.
        error_code: AWS's error code.
        http_status: HTTP status.
        service: service or endpoint that answered.
        operation: API operation that was called.
        model: model or profile id of the call.
        resource_region: Region of the resource ARN, an empty text for global routing.
        resource_account: account of the resource ARN.
    """

    principal: str | None = None
    account: str | None = None
    role: str | None = None
    session: str | None = None
    action: str | None = None
    resource: str | None = None
    region: str | None = None
    policy_arn: str | None = None
    authorization_id: str | None = None
    error_code: str | None = None
    http_status: int | None = None
    service: str | None = None
    operation: str | None = None
    model: str | None = None
    resource_region: str | None = None
    resource_account: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainedMessage:
    """One denial or look-alike of the input.

    Attributes:
        text: the message on one line, without secrets.
        parsed: its parts.
        entry: id in the error catalogue, or None.
        cause: what a message of this family means; empty without entry.
        settled: True when the message alone decides the layer.
        layer: that layer; when not settled, the layer of the likeliest candidate.
        is_access_problem: False for throttling, outages, bad input and other look-alikes.
        candidates: possible findings, the likeliest first.
        source: ``text``, ``cloudtrail`` or ``authorization-details``.
        count: how many times the same message occurs in the input.
        notes: further remarks, for example what a policy ARN tells.
    """

    text: str
    parsed: Parsed
    entry: str | None
    cause: str
    settled: bool
    layer: Layer | None
    is_access_problem: bool
    candidates: tuple[Candidate, ...]
    source: str = "text"
    count: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of `explain`.

    Attributes:
        messages: one for each different denial found, in order of the input.
        truncated: True when the input held more different messages than are kept.
    """

    messages: tuple[ExplainedMessage, ...]
    truncated: bool = False

    @property
    def denies_access(self) -> bool:
        """Whether at least one message is an access problem."""
        return any(message.is_access_problem for message in self.messages)


def to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as the JSON object of CONTRACTS, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "messages": [asdict(message) for message in explanation.messages],
        "truncated": explanation.truncated,
    }
