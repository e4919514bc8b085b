"""The question: one attempt to call a model.

Names of operations and their IAM actions:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.model.policy import PolicyDocument


class Operation(StrEnum):
    """The operations that an attempt may make, as the command line spells them."""

    CONVERSE = "converse"
    CONVERSE_STREAM = "converse-stream"
    INVOKE_MODEL = "invoke-model"
    INVOKE_MODEL_STREAM = "invoke-model-stream"
    INVOKE_MODEL_BIDI = "invoke-model-bidi"
    COUNT_TOKENS = "count-tokens"
    START_ASYNC_INVOKE = "start-async-invoke"
    BATCH = "batch"
    APPLY_GUARDRAIL = "apply-guardrail"
    MANTLE_INFERENCE = "mantle-inference"
    MANTLE_COUNT_TOKENS = "mantle-count-tokens"
    RESPONSES = "responses"
    CHAT_COMPLETIONS = "chat-completions"

    @property
    def streams(self) -> bool:
        """Whether it needs the action InvokeModelWithResponseStream."""
        return self in (Operation.CONVERSE_STREAM, Operation.INVOKE_MODEL_STREAM)

    @property
    def at_mantle(self) -> bool:
        """Whether it goes to the endpoint bedrock-mantle."""
        return self in (Operation.MANTLE_INFERENCE, Operation.MANTLE_COUNT_TOKENS)


class ApiKey(StrEnum):
    """The kinds of Amazon Bedrock API key.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
    """

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class HopOptions:
    """What one AssumeRole call passes.

    Attributes:
        external_id: ExternalId; None: not sent.
        session_name: RoleSessionName; None: not known.
        session_tags: Tags.
        transitive_tags: TransitiveTagKeys.
        source_identity: SourceIdentity; None: not sent.
        session_policies: Policy and the documents behind PolicyArns.
    """

    external_id: str | None = None
    session_name: str | None = None
    session_tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tags: tuple[str, ...] = ()
    source_identity: str | None = None
    session_policies: tuple[PolicyDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as asked.

    Attributes:
        caller: ARN of the user, role or session that starts.
        roles: ARNs of the roles assumed, in order; empty for a direct call.
        model: model id, inference profile id or ARN, as the application passes it.
        region: Region whose endpoint is called.
        operation: which operation.
        hops: options of each AssumeRole, as long as `roles`.
        mfa: whether the caller's credentials carry MFA; None: not known.
        endpoints: ids of the VPC endpoints on the way.
        source_ip: source address; None: not known.
        guardrail: guardrail id or ARN (with ``:version``) sent with the call, or None.
        api_key: kind of API key used instead of SigV4, or None.
        context: context keys given by the user: they win over derived ones.
        service_role: ARN of the role that a batch job runs as, or None.
        input_s3: ``s3://`` address of a batch job's input, or None.
        output_s3: ``s3://`` address of a batch job's output, or None.
        project: id or ARN of the project; None: the default project.
        key_region: Region in which the API key was made; None: not known.
    """

    caller: str
    roles: tuple[str, ...]
    model: str
    region: str
    operation: Operation = Operation.CONVERSE
    hops: tuple[HopOptions, ...] = ()
    mfa: bool | None = None
    endpoints: tuple[str, ...] = ()
    source_ip: str | None = None
    guardrail: str | None = None
    api_key: ApiKey | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    service_role: str | None = None
    input_s3: str | None = None
    output_s3: str | None = None
    project: str | None = None
    key_region: str | None = None

    def hop_options(self, index: int) -> HopOptions:
        """The options of the AssumeRole with this number, from 0."""
        return self.hops[index] if index < len(self.hops) else HopOptions()
