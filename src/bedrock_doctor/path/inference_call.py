"""One inference call: who makes it, what it names, and how one check of it is put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.missing import Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Readable, Request
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Check, Purpose, Target
from bedrock_doctor.path import context, organization_policies
from bedrock_doctor.path.network import network
from bedrock_doctor.path.signer import Signer
from bedrock_doctor.path.target import guardrail_arn

UNSPECIFIED = "unspecified"
"""Value of aws:RequestedRegion under global routing.

https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
"""

_REQUESTED_REGION = "aws:requestedregion"

ACTIONS = {
    Operation.CONVERSE: "bedrock:InvokeModel",
    Operation.CONVERSE_STREAM: "bedrock:InvokeModelWithResponseStream",
    Operation.INVOKE_MODEL: "bedrock:InvokeModel",
    Operation.INVOKE_MODEL_STREAM: "bedrock:InvokeModelWithResponseStream",
    Operation.INVOKE_MODEL_BIDI: "bedrock:InvokeModel",
    Operation.COUNT_TOKENS: "bedrock:CountTokens",
    Operation.START_ASYNC_INVOKE: "bedrock:InvokeModel",
    Operation.BATCH: "bedrock:CreateModelInvocationJob",
    Operation.APPLY_GUARDRAIL: "bedrock:ApplyGuardrail",
    Operation.MANTLE_INFERENCE: "bedrock-mantle:CreateInference",
    Operation.MANTLE_COUNT_TOKENS: "bedrock-mantle:CountTokens",
    Operation.RESPONSES: "bedrock:InvokeModel",
    Operation.CHAT_COMPLETIONS: "bedrock:InvokeModel",
}
"""The action that each operation is checked for.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

ENDPOINT_SERVICES = {
    Operation.BATCH: "bedrock",
    Operation.MANTLE_INFERENCE: "bedrock-mantle",
    Operation.MANTLE_COUNT_TOKENS: "bedrock-mantle",
}
"""Services of the VPC endpoint, where it is not bedrock-runtime."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What one check is about.

    Attributes:
        arn: the resource, or ``*``.
        account: account that owns it; None: AWS does.
        region: value of aws:RequestedRegion.
        policy: its resource-based policy, for the few types that have one.
        tags: its tags; None: not collected; `settle` tells how to get them.
    """

    arn: str
    account: str | None
    region: str
    policy: Readable | None = None
    tags: Mapping[str, str] | None = field(default_factory=dict)
    settle: str = ""


@dataclass(frozen=True, slots=True)
class InferenceCall:
    """An inference call with everything that its checks need."""

    attempt: Attempt
    snapshot: Snapshot
    signer: Signer
    target: Target

    @property
    def action(self) -> str:
        """The action of the operation."""
        return ACTIONS[self.attempt.operation]

    @property
    def account(self) -> str:
        """The account of who signs: it is charged, and its gates apply."""
        return self.signer.principal.account

    @property
    def partition(self) -> str:
        """The partition of who signs."""
        return self.signer.principal.partition

    @property
    def region(self) -> str:
        """The Region whose endpoint is called."""
        return self.attempt.region

    def own(self, resource: str, service: str = "bedrock") -> Resource:
        """A resource of the signer's account in the call's Region."""
        arn = f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
        return Resource(arn, self.account, self.region)

    def named(self, arn: str) -> Resource:
        """A resource given by its ARN, in whichever account it names."""
        return Resource(arn, parse_arn(arn).account or None, self.region)

    def model(self, model_id: str, region: str | None = None) -> Resource:
        """A foundation model in a Region; the call's own Region by default."""
        where = self.region if region is None else region
        arn = f"arn:{self.partition}:bedrock:{where}::foundation-model/{model_id}"
        return Resource(arn, None, where or UNSPECIFIED)

    def check(
        self,
        purpose: Purpose,
        resource: Resource,
        *,
        action: str | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> Check:
        """One check with its context and all policies that may bind it."""
        action = action or self.action
        service = action.partition(":")[0]
        way = network(
            self.attempt,
            self.snapshot,
            ENDPOINT_SERVICES.get(self.attempt.operation, "bedrock-runtime"),
        )
        facts = context.base_facts(
            self.attempt,
            self.snapshot,
            self.signer,
            way,
            region=resource.region,
            resource_account=resource.account,
        )
        context.tell_resource_tags(facts, resource.tags, resource.settle)
        self._tell_call(facts, action)
        for key, value in (keys or {}).items():
            facts.tell(key, value)
        policies = Policies(
            identity=self.signer.identity,
            resource=resource.policy,
            boundary=self.signer.boundary,
            session=self.signer.session_policies,
            scp=organization_policies.scps(self.snapshot, self.account),
            rcp=organization_policies.rcps(self.snapshot, resource.account, service),
            endpoint=way.policy,
        )
        request = Request(
            principal=self.signer.principal,
            action=action,
            resource=resource.arn,
            resource_account=resource.account,
            context=facts.context(self.attempt.context),
        )
        return Check(purpose, request, policies, resource.region)

    def doubting_region(self, check: Check) -> Check:
        """A check of which AWS does not document what aws:RequestedRegion holds."""
        if _REQUESTED_REGION in {key.lower() for key in self.attempt.context}:
            return check
        known = check.request.context
        values = {key: value for key, value in known.values.items() if key != _REQUESTED_REGION}
        fact = UnknownFact("aws:RequestedRegion", "--error @FILE with AWS's own message")
        unknown = {**known.unknown, _REQUESTED_REGION: fact}
        told = replace(known, values=values, unknown=unknown)
        return replace(check, request=replace(check.request, context=told))

    def undecided(self, purpose: Purpose, missing: Missing, action: str | None = None) -> Check:
        """A check of which the resource itself is not known: it stays unknown until it is."""
        request = Request(
            principal=self.signer.principal,
            action=action or self.action,
            resource="*",
            resource_account=None,
            context=context.Facts().context({}),
        )
        none = NotApplicable("the resource is not known")
        # a root user needs no Allow, so only the SCPs can leave its answer open
        is_root = self.signer.principal.kind is PrincipalKind.ROOT
        policies = Policies(identity=(missing,), scp=missing if is_root else none, rcp=none)
        return Check(purpose, request, policies, "")

    def _tell_call(self, facts: context.Facts, action: str) -> None:
        """Keys that come from the call itself."""
        name = action.partition(":")[2]
        if name in ("InvokeModel", "InvokeModelWithResponseStream"):
            facts.doubt("bedrock:ServiceTier")
            self._tell_guardrail(facts)
        if name == "CreateInference":
            facts.doubt("bedrock-mantle:ServiceTier")

    def _tell_guardrail(self, facts: context.Facts) -> None:
        """The guardrail sent with the call: ARN for DRAFT, ARN with version otherwise.

        https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html
        """
        if self.attempt.guardrail is None:
            return
        arn, version = guardrail_arn(
            self.attempt.guardrail, self.partition, self.region, self.account
        )
        if not version:
            facts.doubt("bedrock:GuardrailIdentifier", "--guardrail ID:VERSION")
        elif version == "DRAFT":
            facts.tell("bedrock:GuardrailIdentifier", arn)
        else:
            facts.tell("bedrock:GuardrailIdentifier", f"{arn}:{version}")
