"""The rights of the first caller: asked only where there is something to subscribe to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bedrock_doctor.app import diagnose
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    IamEntity,
    ModelAvailability,
    Snapshot,
)
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.way import Gate, GateState
from bedrock_doctor.path.expand import expand

ROLE = "arn:aws:iam::444455556666:role/gateway"
MODEL = "cohere.embed-multilingual-v3"
ATTEMPT = Attempt(ROLE, (), MODEL, "eu-central-1", Operation.INVOKE_MODEL)
RIGHTS = '"aws-marketplace:Subscribe","aws-marketplace:ViewSubscriptions"'


def world(statements: str | None, model: str = MODEL, agreement: str = "NOT_AVAILABLE") -> Snapshot:
    roles = {}
    if statements is not None:
        text = f'{{"Version":"2012-10-17","Statement":[{statements}]}}'
        document = PolicyDocument(PolicyRef(PolicyKind.INLINE, "P"), Source(text))
        roles = {"gateway": IamEntity(ROLE, "gateway", policies=(document,), tags={})}
    found = ModelAvailability(model, agreement, "AUTHORIZED", "AVAILABLE", "AVAILABLE")
    region = BedrockRegion("eu-central-1", availability={model: found})
    account = Account("444455556666", roles=roles, bedrock={"eu-central-1": region})
    return Snapshot({"444455556666": account})


def marketplace_gate(snapshot: Snapshot, attempt: Attempt = ATTEMPT) -> Gate:
    gates = diagnose(attempt, snapshot).way.gates
    (found,) = [gate for gate in gates if gate.rule == "marketplace-rights-missing"]
    return found


def allow(condition: str = "", actions: str = RIGHTS) -> str:
    return f'{{"Effect":"Allow","Action":[{actions}],"Resource":"*"{condition}}}'


CALLED_VIA = ',"Condition":{"StringEquals":{"aws:CalledViaLast":"bedrock.amazonaws.com"}}'
REGION = ',"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}'


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        (allow(), GateState.OPEN),
        (allow(CALLED_VIA), GateState.OPEN),
        (allow(actions='"aws-marketplace:Subscribe"'), GateState.HINT_CLOSED),
        (f"{allow()},{allow().replace('Allow', 'Deny')}", GateState.HINT_CLOSED),
        (allow(REGION), GateState.NOT_CHECKED),
        (None, GateState.NOT_CHECKED),
    ],
)
def test_the_rights_of_the_first_caller(statements: str | None, state: GateState) -> None:
    """Documented: the caller's permissions subscribe. Which Region the request names is not."""
    snapshot = world(statements)
    snapshot = replace(snapshot, organizations=())
    gate = marketplace_gate(_outside(snapshot))
    assert gate.state is state


def _outside(snapshot: Snapshot) -> Snapshot:
    """The account belongs to no organization, so that no SCP can refuse."""
    from bedrock_doctor.model.missing import Missing

    account = snapshot.accounts["444455556666"]
    told = Missing(
        "the organization",
        "organizations:DescribeOrganization",
        account.id,
        code="AWSOrganizationsNotInUseException",
    )
    return replace(snapshot, accounts={account.id: replace(account, missing=(told,))})


@pytest.mark.parametrize(
    ("model", "agreement", "operation"),
    [
        ("amazon.titan-embed-text-v2:0", "NOT_AVAILABLE", Operation.INVOKE_MODEL),
        (MODEL, "AVAILABLE", Operation.INVOKE_MODEL),
        (MODEL, "PENDING", Operation.INVOKE_MODEL),
        ("gr1abc2def3", "NOT_AVAILABLE", Operation.APPLY_GUARDRAIL),
    ],
)
def test_nothing_is_asked_where_nobody_subscribes(
    model: str, agreement: str, operation: Operation
) -> None:
    """No product, an agreement that is there or on its way, or no model at all."""
    attempt = replace(ATTEMPT, model=model, operation=operation)
    assert expand(attempt, world("", model, agreement)).first_call == ()


def test_a_stated_region_is_used() -> None:
    """What the user knows wins."""
    attempt = replace(ATTEMPT, context={"aws:RequestedRegion": ("us-east-1",)})
    check = expand(attempt, world("")).first_call[0]
    assert check.request.context.values["aws:requestedregion"] == ("us-east-1",)
