"""The rights that the first caller of a third-party model needs.

The first call in an account subscribes it in the background, with the permissions of its caller; in
the first minutes calls may pass all the same. Once the account is subscribed nobody needs them.
https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.trace import Decision, Outcome
from bedrock_doctor.model.way import Check, Gate, GateState, Purpose, Way
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.inference_call import InferenceCall, Resource

RIGHTS = ("aws-marketplace:Subscribe", "aws-marketplace:ViewSubscriptions")
WITHOUT_PRODUCT = ("amazon.", "deepseek.", "meta.", "mistral.", "qwen.")
"""Providers whose models have no AWS Marketplace product: there is nothing to subscribe to."""

_RULE = "marketplace-rights-missing"
_SERVICE = "bedrock.amazonaws.com"


def first_call_checks(call: InferenceCall) -> Iterator[Check]:
    """The checks of the subscription, where the account is known to have no agreement.

    Only in commercial Regions: in GovCloud models are enabled in the console.
    """
    if call.attempt.operation is Operation.APPLY_GUARDRAIL or call.partition != "aws":
        return
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    lacking = [
        model
        for model in call.target.models
        if not model.startswith(WITHOUT_PRODUCT)
        and model in held.availability
        and held.availability[model].agreement == "NOT_AVAILABLE"
    ]
    if lacking:
        yield from (_forwarded(call, action) for action in RIGHTS)


def _forwarded(call: InferenceCall, action: str) -> Check:
    """A check that Amazon Bedrock brings about: which Region it names is not documented."""
    keys = {
        "aws:CalledVia": _SERVICE,
        "aws:CalledViaFirst": _SERVICE,
        "aws:CalledViaLast": _SERVICE,
        "aws:ViaAWSService": "true",
    }
    resource = Resource("*", call.account, call.region)
    check = call.check(Purpose.MARKETPLACE, resource, action=action, keys=keys)
    doubtful = call.doubting_region(check)
    return replace(doubtful, policies=replace(check.policies, endpoint=None))


def rights_gate(way: Way, decisions: Iterable[Decision]) -> Gate:
    """Whether the caller may subscribe the account, by the engine's answers to `Way.first_call`."""
    answers = tuple(decisions)
    subject = " and ".join(way.target.models)
    gate = Gate(
        layer=Layer.MARKETPLACE,
        rule=_RULE,
        state=GateState.OPEN,
        account=way.call.account,
        region="",
        subject=subject,
        detail="the caller may subscribe the account",
        source="policies of the snapshot",
    )
    refused = [
        check.request.action
        for check, answer in zip(way.first_call, answers, strict=True)
        if answer.outcome.denies
    ]
    if refused:
        detail = f"{' and '.join(refused)} refused to {way.call.principal}"
        return replace(gate, state=GateState.HINT_CLOSED, detail=detail)
    if any(answer.outcome is Outcome.UNKNOWN for answer in answers):
        missing = Missing(
            what=f"whether {way.call.principal} may subscribe account {way.call.account} to "
            f"{subject}",
            call="iam:GetAccountAuthorizationDetails",
            account=way.call.account,
            command="aws iam get-account-authorization-details",
        )
        return replace(gate, state=GateState.NOT_CHECKED, missing=missing, detail="", source="")
    return gate
