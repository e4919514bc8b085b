"""What is reported: findings, unknowns, contradictions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.model.source import Source, Span


class Layer(StrEnum):
    """The layers of a report, a closed list."""

    CREDENTIALS = "credentials"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    TRUST = "trust"
    TAGGING = "tagging"
    RESOURCE = "resource"
    GUARDRAIL = "guardrail"
    AGREEMENT = "agreement"
    MARKETPLACE = "marketplace"
    USE_CASE = "use-case"
    MODEL_ID = "model-id"
    MODEL_REGION = "model-region"
    LIFECYCLE = "lifecycle"
    ENTITLEMENT = "entitlement"
    QUOTA = "quota"
    DATA_RETENTION = "data-retention"
    ACCOUNT = "account"
    API_KEY = "api-key"
    NETWORK = "network"
    SERVICE = "service"
    KMS = "kms"


class Stage(StrEnum):
    """The part of the way a finding belongs to (`hop` in the report)."""

    SIGN = "sign"
    ASSUME = "assume"
    INVOKE = "invoke"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Mark:
    """An underlined stretch of policy text with the words beside it.

    Attributes:
        span: the stretch.
        label: what is wrong with it, or how it matters.
        primary: True for the deciding value (``^^^^``), False for context (``----``).
    """

    span: Span
    label: str
    primary: bool = True
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a policy.

    Attributes:
        policy: which policy.
        source: its text.
        statement: number of the statement from 1, or None when the whole policy is meant.
        sid: its Sid, or None.
        pointer: JSON pointer of the statement or value that decides.
        marks: what to underline.
    """

    policy: PolicyRef
    source: Source
    statement: int | None
    sid: str | None
    pointer: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One barrier, doubt or remark.

    Attributes:
        id: ``BD`` and three digits.
        slug: its name.
        stage: part of the way.
        hop_index: number of the hop from 1; 0 when it belongs to no hop.
        layer: the layer that decides.
        owner_account: the account that must change something; empty when not known.
        severity: weight.
        blocking: True when this alone denies the attempt.
        summary: one line, understandable alone; lower case, no final period.
        place: the deciding place, or None where there is no text to show.
        evidence: further places that take part.
        notes: explanations, one thought each.
        help: what to do, one step each; lower case, no final period.
        subjects: ARNs, Regions or values concerned, sorted, for example the blocked Regions.
    """

    id: str
    slug: str
    stage: Stage
    hop_index: int
    layer: Layer
    owner_account: str
    severity: Severity
    blocking: bool
    summary: str
    place: Place | None = None
    evidence: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A layer that cannot be told.

    Attributes:
        stage: part of the way.
        hop_index: number of the hop from 1.
        layer: the layer.
        account: the account that could tell.
        decisive: whether the verdict depends on it.
        missing: what is missing, in words.
        cause: the missing document or fact itself.
        settle: ways to settle it, the cheapest first: commands or options.
        if_denied: id of the finding that would follow if it denies, or empty.
    """

    stage: Stage
    hop_index: int
    layer: Layer
    account: str
    decisive: bool
    missing: str
    cause: Missing | UnknownFact | None = None
    settle: tuple[str, ...] = ()
    if_denied: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pieces of evidence that cannot both hold.

    Attributes:
        layer: the layer they speak of.
        evidence: what the message or event says.
        snapshot: what the evaluation says.
        meaning: what follows, for example that the snapshot is older.
    """

    layer: Layer
    evidence: str
    snapshot: str
    meaning: str
