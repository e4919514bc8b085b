"""Who may do what in the lab: every call is decided by the engine from the lab's present state.

The answers teach and test plumbing. They come from the engine under test, so they prove nothing
about AWS.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from bedrock_doctor.app import evaluate, load_snapshot
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.lab.bedrock_state import BedrockState
from bedrock_doctor.lab.credentials import Credentials
from bedrock_doctor.lab.denial_text import denial_text
from bedrock_doctor.lab.lab_snapshot import write_snapshot
from bedrock_doctor.lab.moto_state import MotoState
from bedrock_doctor.lab.refusals import gate_refusal
from bedrock_doctor.lab.wire import Refused
from bedrock_doctor.lab.world import World
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import GateState
from bedrock_doctor.path import context, organization_policies
from bedrock_doctor.path.assume_role import assume_hop
from bedrock_doctor.path.gates import gates
from bedrock_doctor.path.inference import inference_checks
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.network import network
from bedrock_doctor.path.signer import Signer, resolve_caller
from bedrock_doctor.path.target import resolve_target

_BY_KEY = "bedrock:CallWithBearerToken"


class Authority:
    """Decides requests; `changed` tells it that the state is another one."""

    def __init__(self, world: World, state: MotoState, bedrock: BedrockState) -> None:
        self._world, self._state, self._bedrock = world, state, bedrock
        self._held: Snapshot | None = None

    def changed(self) -> None:
        """The state has changed: the next decision reads it again."""
        self._held = None

    @property
    def snapshot(self) -> Snapshot:
        """The state as a snapshot."""
        if self._held is None:
            with tempfile.TemporaryDirectory(prefix="bedrock-doctor-lab-") as folder:
                write_snapshot(Path(folder), self._world, self._state, self._bedrock)
                self._held = replace(load_snapshot([folder]), origins=("lab",))
        return self._held

    def signer(self, who: Credentials, attempt: Attempt) -> Signer:
        """Who signs: the caller, or the session at the end of its chain."""
        try:
            signer = resolve_caller(attempt, self.snapshot)
            for index in range(1, len(who.roles) + 1):
                _, signer = assume_hop(attempt, self.snapshot, signer, index)
        except UnknownName:
            message = "The security token included in the request is invalid."
            raise Refused("InvalidClientTokenId", message, 403) from None
        return signer

    def check_call(
        self, who: Credentials, action: str, resource: str, owner: str | None, region: str
    ) -> None:
        """Decides a call that is about one resource, or ``*``.

        Raises:
            Refused: the policies deny it.
        """
        attempt = _attempt(who, "", region)
        signer = self.signer(who, attempt)
        service = action.partition(":")[0]
        if who.api_key is not None and action != _BY_KEY:
            self.check_call(who, _BY_KEY, "*", who.account, region)
        way = network(attempt, self.snapshot, service)
        facts = context.base_facts(
            attempt, self.snapshot, signer, way, region=region, resource_account=owner
        )
        if action == _BY_KEY:
            kind = "LONG_TERM" if who.api_key is ApiKey.LONG else "SHORT_TERM"
            facts.tell("bedrock:BearerTokenType", kind)
        request = Request(signer.principal, action, resource, owner, facts.context({}))
        policies = Policies(
            identity=signer.identity,
            boundary=signer.boundary,
            session=signer.session_policies,
            scp=organization_policies.scps(self.snapshot, who.account),
            rcp=organization_policies.rcps(self.snapshot, owner, service),
        )
        self._decide(request, policies)

    def check_assume(self, who: Credentials, role: str, options: HopOptions, region: str) -> str:
        """Decides AssumeRole; answers the role's unique id.

        Raises:
            Refused: the policies deny it, or there is no such role.
        """
        attempt = _attempt(who, "", region)
        attempt = replace(attempt, roles=(*who.roles, role), hops=(*who.hops, options))
        signer = self.signer(who, attempt)
        try:
            hop, session = assume_hop(attempt, self.snapshot, signer, len(attempt.roles))
        except UsageError:
            raise Refused("ValidationError", f"{role} is invalid") from None
        if hop.problem is not None:
            text = f"User: {hop.principal} is not authorized to perform: sts:AssumeRole"
            raise Refused("AccessDenied", f"{text} on resource: {role}", 403)
        for check in hop.checks:
            self._decide(check.request, check.policies, "AccessDenied")
        return session.principal.unique_id

    def check_inference(
        self,
        who: Credentials,
        operation: Operation,
        model: str,
        region: str,
        guardrail: str | None = None,
    ) -> str:
        """Decides an inference call; answers the id of the foundation model behind it.

        Args:
            who: who calls.
            operation: with ApplyGuardrail, `model` is the guardrail.
            model: what is called.
            region: Region of the call.
            guardrail: ARN and version of the guardrail sent with it, or None.

        Raises:
            Refused: the model does not exist, the policies deny it, or a gate is closed.
        """
        attempt = replace(_attempt(who, model, region), operation=operation, guardrail=guardrail)
        signer = self.signer(who, attempt)
        try:
            principal = signer.principal
            target = resolve_target(attempt, self.snapshot, principal.partition, principal.account)
            call = InferenceCall(attempt, self.snapshot, signer, target)
            self._watch(target.models)
            call = replace(call, snapshot=self.snapshot)
            checks = inference_checks(call)
        except UsageError:
            message = "The provided model identifier is invalid."
            raise Refused("ValidationException", message) from None
        for check in checks:
            self._decide(check.request, check.policies)
        for gate in gates(call):
            if gate.state in (GateState.CLOSED, GateState.HINT_CLOSED):
                raise gate_refusal(gate)
        return target.models[0] if target.models else target.id

    def _watch(self, models: tuple[str, ...]) -> None:
        access = self._bedrock.access
        new = set(models) - access.watched
        if new:
            access.watched |= new
            self.changed()

    def _decide(
        self, request: Request, policies: Policies, code: str = "AccessDeniedException"
    ) -> None:
        trace = evaluate(request, policies)
        match trace.decision.outcome:
            case Outcome.ALLOWED:
                return
            case Outcome.UNKNOWN:
                text = f"the lab cannot decide {request.action}: a condition needs a fact that the"
                raise Refused("InternalFailure", f"{text} lab does not have", 500)
            case _:
                raise Refused(code, denial_text(trace), 403)


def _attempt(who: Credentials, model: str, region: str) -> Attempt:
    """What a chain of sessions looks like to the engine; the lab knows neither MFA nor VPCs."""
    return Attempt(
        caller=who.caller,
        roles=who.roles,
        model=model,
        region=region,
        hops=who.hops,
        mfa=False,
        source_ip="127.0.0.1",
        api_key=who.api_key,
    )
