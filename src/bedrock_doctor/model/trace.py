"""What the policy engine answers, and why.

`Decision` is the bare answer, `Trace` the explained one. Both come from the same matchers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.missing import Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import (
    Condition,
    Policy,
    Statement,
    Text,
)
from bedrock_doctor.model.request import Policies, Request


class Outcome(StrEnum):
    """The answer of a layer or of a whole request. Values are those of `evaluate`'s output."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    UNKNOWN = "Unknown"
    NOT_APPLICABLE = "NotApplicable"

    @property
    def denies(self) -> bool:
        """Whether it is one of the two denials."""
        return self in (Outcome.IMPLICITLY_DENIED, Outcome.EXPLICITLY_DENIED)


class PolicyLayer(StrEnum):
    """The policy layers, in the order in which they are reported."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "vpce"


class Match(StrEnum):
    """Whether a statement, element or condition matches a request."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReasonKind(StrEnum):
    """Why a statement did not match, or cannot be decided. A closed list."""

    ACTION = "action"
    """No Action pattern matches, or a NotAction pattern does."""
    RESOURCE = "resource"
    """No Resource pattern matches, or a NotResource pattern does."""
    PRINCIPAL = "principal"
    """The Principal element does not name the caller, or NotPrincipal does."""
    KEY_ABSENT = "condition key absent"
    """The request does not carry the key that a positive operator needs."""
    VALUE_MISMATCH = "condition value differs"
    """The request carries the key, with values that the operator refuses."""
    VARIABLE_UNRESOLVED = "variable unresolved"
    """A policy variable has no value in this request."""
    KEY_UNKNOWN = "condition key unknown"
    """Nobody told whether the request carries the key, or with which value."""
    LEFT_OPEN = "left open by AWS"
    """AWS's documentation does not say how it reads this; docs/semantics marks it ``(open)``."""


class NearMiss(StrEnum):
    """How a pattern fails by one thing only."""

    REGION = "matches but for the Region"
    ACCOUNT = "matches but for the account"
    PARTITION = "matches but for the partition"
    CASE = "differs in case only"
    PATH = "names the role without its path, or with another path"
    ACCOUNT_IN_ACCOUNTLESS_ARN = "writes an account id into an ARN that has none"
    RESOURCE_TYPE = "names the same thing as another resource type"
    NOT_AN_ARN = "is no ARN and matches nothing"
    NO_SUCH_ACTION = "is no IAM action and matches nothing"
    STREAMING = "is the other one of the streaming and non-streaming action"
    SESSION_ARN = "names one session, not the role"
    ANOTHER_SESSION = "names another session of the role"
    DELETED_PRINCIPAL = "is the id of a deleted principal"
    ANOTHER_PRINCIPAL = "names another principal of the same account"
    ANOTHER_ACCOUNT = "names another account"


@dataclass(frozen=True, slots=True)
class Near:
    """A pattern that nearly matches.

    Attributes:
        kind: by what it fails.
        text: the pattern, with its place.
    """

    kind: NearMiss
    text: Text


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a statement did not match or cannot be decided.

    Attributes:
        kind: from the closed list.
        at: the element, condition key or value that decides, with its place.
        condition: the condition, for the condition kinds.
        resolved: the policy values after variables were resolved, for VALUE_MISMATCH.
        actual: the values in the request; None when absent or unknown.
        near: patterns that nearly match.
        fact: the unknown fact, for KEY_UNKNOWN.
    """

    kind: ReasonKind
    at: Text
    condition: Condition | None = None
    resolved: tuple[str, ...] = ()
    actual: tuple[str, ...] | None = None
    near: tuple[Near, ...] = ()
    fact: UnknownFact | None = None


@dataclass(frozen=True, slots=True)
class StatementTrace:
    """How one statement met the request.

    Attributes:
        policy: the parsed policy that holds it.
        statement: the statement.
        match: YES: its effect applies.
        reasons: empty for YES; else every element that failed or is unknown, in document order of
            principal, action, resource, conditions.
        matched: for YES the patterns and condition values that matched, for underlining.
    """

    policy: Policy
    statement: Statement
    match: Match
    reasons: tuple[Reason, ...] = ()
    matched: tuple[Text, ...] = ()

    @property
    def fails_only_by(self) -> frozenset[ReasonKind]:
        """The kinds of all its reasons."""
        return frozenset(reason.kind for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class LevelTrace:
    """One level of an SCP or RCP hierarchy."""

    target: str
    name: str
    outcome: Outcome
    statements: tuple[StatementTrace, ...]


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """How one layer answered.

    Attributes:
        layer: which one.
        outcome: its own answer, whatever the other layers say.
        deciding: the matching statements that decide: the Denies for an explicit denial, the Allows
            for ALLOWED.
        statements: all statements of the layer's readable policies.
        levels: for SCP and RCP the same by level, root first.
        broken: policies that AWS would have refused to store.
        missing: documents that were not collected, and request facts that decide; for UNKNOWN.
        not_applicable: why the layer does not bind, for NOT_APPLICABLE.
        possible: for UNKNOWN, the outcomes that the missing evidence leaves open.
    """

    layer: PolicyLayer
    outcome: Outcome
    deciding: tuple[StatementTrace, ...] = ()
    statements: tuple[StatementTrace, ...] = ()
    levels: tuple[LevelTrace, ...] = ()
    broken: tuple[Policy, ...] = ()
    missing: tuple[Missing | UnknownFact, ...] = ()
    not_applicable: NotApplicable | None = None
    possible: frozenset[Outcome] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The bare answer.

    Attributes:
        outcome: ALLOWED, one of the two denials, or UNKNOWN.
        layers: every layer's own outcome.
        blocked_by: the smallest set of layers that would have to change for the request to pass.
        possible: the outcomes that missing evidence leaves open; one element when certain.
    """

    outcome: Outcome
    layers: tuple[tuple[PolicyLayer, Outcome], ...]
    blocked_by: tuple[PolicyLayer, ...]
    possible: frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class Trace:
    """The explained answer to one request.

    Attributes:
        request: the question.
        policies: what it was evaluated against.
        decision: the bare answer, identical to what the unexplained engine returns.
        layers: every layer, in the order of `PolicyLayer`.
        direct_grant: True when the resource-based policy alone grants the access (same account).
        deciding_missing: what would settle an unknown verdict; facts that cannot change it are not
            in it.
    """

    request: Request
    policies: Policies
    decision: Decision
    layers: tuple[LayerTrace, ...]
    direct_grant: bool = False
    deciding_missing: tuple[Missing | UnknownFact, ...] = ()

    def layer(self, layer: PolicyLayer) -> LayerTrace:
        """The trace of one layer."""
        return next(trace for trace in self.layers if trace.layer is layer)
