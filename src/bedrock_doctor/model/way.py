"""The way of an attempt: every check that AWS would make, in AWS's order, and the account gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import Trace


class HopKind(StrEnum):
    """What a hop does."""

    ASSUME = "assume"
    INVOKE = "invoke"


class Purpose(StrEnum):
    """Which part of the way a check is about."""

    ASSUME_ROLE = "assume the role"
    TAG_SESSION = "pass session tags"
    SET_SOURCE_IDENTITY = "set the source identity"
    BEARER_TOKEN = "use an API key"
    PROFILE = "the inference profile"
    CALL_REGION_MODEL = "the model in the call's own Region"
    DESTINATION_MODEL = "the model in a destination Region"
    GLOBAL_MODEL = "the model under global routing"
    MODEL = "the model"
    APPLICATION_PROFILE = "the application inference profile"
    PROVISIONED_MODEL = "the provisioned model"
    CUSTOM_MODEL = "the custom model"
    CUSTOM_MODEL_DEPLOYMENT = "the custom model deployment"
    IMPORTED_MODEL = "the imported model"
    MARKETPLACE_ENDPOINT = "the Marketplace model endpoint"
    PROMPT_ROUTER = "the prompt router"
    PROMPT = "the prompt"
    PROJECT = "the project"
    GUARDRAIL = "the guardrail"
    ENFORCED_GUARDRAIL = "the enforced guardrail"
    GUARDRAIL_PROFILE = "the guardrail profile"
    ASYNC_INVOKE = "the asynchronous invocation"
    BATCH_JOB = "the batch job"
    PASS_ROLE = "pass the service role"
    INPUT_DATA = "the input data of the job"
    OUTPUT_DATA = "the output data of the job"
    MARKETPLACE = "the AWS Marketplace subscription"


@dataclass(frozen=True, slots=True)
class Check:
    """One authorization check.

    Attributes:
        purpose: which part of the way it is about.
        request: the request.
        policies: what may bind it.
        region: value of aws:RequestedRegion (``unspecified`` for global routing); empty where the
            resource is not known.
    """

    purpose: Purpose
    request: Request
    policies: Policies
    region: str

    @property
    def is_undecided(self) -> bool:
        """Whether the resource itself is not known, so that nothing can be asked of policies."""
        return not self.region


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the way.

    Attributes:
        kind: assume a role, or call the model.
        index: from 1.
        principal: ARN of who signs it.
        account: account of who signs it.
        target: ARN of the role assumed, or of what is called.
        checks: in AWS's order; all must allow.
        problem: why no check can be made, for example a role that does not exist; None otherwise.
    """

    kind: HopKind
    index: int
    principal: str
    account: str
    target: str
    checks: tuple[Check, ...]
    problem: HopProblem | None = None


@dataclass(frozen=True, slots=True)
class HopProblem:
    """A hop that fails whatever the policies say.

    Attributes:
        rule: slug of the finding that explains it.
        facts: names to values for the finding's text.
    """

    rule: str
    facts: Mapping[str, str] = field(default_factory=dict)


class GateState(StrEnum):
    """What is known of a gate that is not IAM."""

    OPEN = "open"
    CLOSED = "closed"
    HINT_CLOSED = "probably closed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Gate:
    """An account or model gate: model access, lifecycle, Region, quota and the like.

    Attributes:
        layer: which layer of the report it belongs to.
        rule: slug of the finding that explains it when it is closed.
        state: what is known.
        account: the account it stands in.
        region: the Region, or empty.
        subject: the model, profile, Region or quota it is about.
        detail: what the evidence says, in words.
        source: the snapshot file, or ``catalog of DATE``.
        missing: what was not collected, for NOT_CHECKED.
        facts: names to values for the finding's text.
    """

    layer: Layer
    rule: str
    state: GateState
    account: str
    region: str
    subject: str
    detail: str = ""
    source: str = ""
    missing: Missing | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What the attempt's model argument turned out to be.

    Attributes:
        kind: the purpose of the first check: PROFILE, MODEL, APPLICATION_PROFILE, ….
        id: model or profile id (the last part of an ARN).
        arn: the ARN that is called.
        profile_arn: ARN of the inference profile, or empty.
        models: ids of the models behind it.
        destinations: destination Regions, sorted; empty when not routed; never ``unspecified``.
        is_global: whether it routes globally.
        source: ``snapshot`` or ``catalog``: where the destinations come from.
        dated: date of the catalog data, or empty.
        given: the argument as written.
        behind: what a prompt names, or what a prompt router can choose; empty where not known.
    """

    kind: Purpose
    id: str
    arn: str
    profile_arn: str = ""
    models: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    is_global: bool = False
    source: str = ""
    dated: str = ""
    given: str = ""
    behind: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """An attempt, expanded.

    Attributes:
        attempt: the question.
        target: what is called.
        hops: assume hops in order, then the invoke hop; for a batch job then those of its service
            role.
        gates: everything that is not IAM.
        notes: remarks for the report, in words.
        first_call: checks of the subscription that the first call of a model in an account makes;
            they decide a gate, not the call.
    """

    attempt: Attempt
    target: Target
    hops: tuple[Hop, ...]
    gates: tuple[Gate, ...] = ()
    notes: tuple[str, ...] = ()
    first_call: tuple[Check, ...] = ()

    @property
    def call(self) -> Hop:
        """The hop in which the application calls Amazon Bedrock."""
        return self.hops[len(self.attempt.roles)]


@dataclass(frozen=True, slots=True)
class TracedCheck:
    """A check with the engine's explained answer."""

    check: Check
    trace: Trace


@dataclass(frozen=True, slots=True)
class TracedHop:
    """A hop with all its answers."""

    hop: Hop
    checks: tuple[TracedCheck, ...]
