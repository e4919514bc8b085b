"""Policies as documents and as parsed statements that know their positions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.source import Source, Span


class PolicyKind(StrEnum):
    """What a document is used as; it decides which elements AWS accepts in it."""

    INLINE = "inline policy"
    MANAGED = "managed policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    TRUST = "trust policy"
    RESOURCE = "resource-based policy"
    SCP = "service control policy"
    RCP = "resource control policy"
    ENDPOINT = "VPC endpoint policy"


@dataclass(frozen=True, slots=True, order=True)
class PolicyRef:
    """Which policy a document is, and whose.

    Attributes:
        kind: what the document is used as.
        name: the name that its owner knows it by, for example ``CallGateway`` or ``p-8f3k2q1m``.
        account: the account that owns the policy and must change it; empty when not known.
        arn: the policy's ARN, where it has one (inline and trust policies have none).
        holder: what it is attached to: role, user or group ARN, unit id, endpoint id.
        title: the friendly name where `name` is an id (organization policies), else empty.
    """

    kind: PolicyKind
    name: str
    account: str = ""
    arn: str = ""
    holder: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One policy as text, not yet parsed."""

    ref: PolicyRef
    source: Source


@dataclass(frozen=True, slots=True)
class Text:
    """A string of a policy with its place.

    Attributes:
        value: the text; JSON numbers and booleans as conditions write them (``true``, ``5``).
        pointer: JSON pointer of the value in the document (RFC 6901).
        span: where the value stands, quotes included.
    """

    value: str
    pointer: str
    span: Span


class Effect(StrEnum):
    """What a matching statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Patterns:
    """An Action, NotAction, Resource or NotResource element.

    Attributes:
        negated: True for the Not… form.
        values: the patterns in document order.
        key: the element's own name, with the place of that name.
    """

    negated: bool
    values: tuple[Text, ...]
    key: Text


@dataclass(frozen=True, slots=True)
class PrincipalValue:
    """One entry of a Principal element: its type (``AWS``, ``Service``, ``Federated``,
    ``CanonicalUser``, or ``*`` for the bare wildcard) and its value."""

    type: str
    text: Text


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal or NotPrincipal element."""

    negated: bool
    values: tuple[PrincipalValue, ...]
    key: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator-key pair of a Condition block.

    Attributes:
        operator: as written, for example ``ForAnyValue:StringLike`` or ``BoolIfExists``.
        key: the context key as written.
        values: the values in document order.
    """

    operator: Text
    key: Text
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; elements that are absent are None (conditions: empty)."""

    index: int
    sid: str | None
    effect: Effect
    action: Patterns
    resource: Patterns | None
    principal: Principals | None
    conditions: tuple[Condition, ...]
    pointer: str
    span: Span
    effect_text: Text

    @property
    def label(self) -> str:
        """How people refer to the statement: its Sid in quotes, else its number from 1."""
        return (
            f'statement {self.index + 1} "{self.sid}"'
            if self.sid
            else (f"statement {self.index + 1}")
        )


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """A defect for which AWS would have refused to store the document.

    Attributes:
        pointer: JSON pointer of the offending value; empty when the text is no JSON.
        span: where it stands.
        message: what is wrong.
        expected: what AWS accepts there.
    """

    pointer: str
    span: Span
    message: str
    expected: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. With `problems` it has no statements: its layer is unknown."""

    document: PolicyDocument
    version: str
    statements: tuple[Statement, ...]
    problems: tuple[PolicyProblem, ...] = ()
