"""Why a statement does not apply, from a closed list, and by how little it fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_doctor.evaluate.cases import read_case
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.model.missing import Absence, Missing, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Policies, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import NearMiss, Outcome, PolicyLayer, Reason, ReasonKind, Trace

A, B = "111122223333", "444455556666"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0"
PROFILE = f"arn:aws:bedrock:eu-west-1:{A}:inference-profile/eu.maker.model-v1:0"
ROLE = f"arn:aws:iam::{B}:role/team/gateway"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/i-1"


def traced(statement: dict[str, Any], *, trust: bool = False, **request: Any) -> Trace:
    """The explained answer to a request with one statement as identity or trust policy."""
    asked = {"principal": SESSION, "action": "bedrock:InvokeModel", "resource": MODEL}
    if trust:
        asked |= {"action": "sts:AssumeRole", "resource": ROLE, "resource_account": B}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    where = {"resource_policy": document} if trust else {"identity_policies": [document]}
    ready = read_case(json.dumps({"request": asked | request, **where}).encode())
    return explain(ready.request, ready.policies.source)


def reasons(trace: Trace) -> tuple[Reason, ...]:
    """Those of the one statement."""
    return next(
        layer.statements[0].reasons for layer in trace.layers if layer.statements and layer.outcome
    )


def allow(**change: Any) -> dict[str, Any]:
    """An Allow of everything, changed as given; None drops an element."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*"} | change
    return {key: value for key, value in whole.items() if value is not None}


def trusting(**principal: Any) -> dict[str, Any]:
    """A trust statement for a principal."""
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    """An Allow with one condition."""
    return allow(Condition={operator: {key: value}})


REASONS = {
    ReasonKind.ACTION: (allow(Action="s3:*"), {}),
    ReasonKind.RESOURCE: (allow(Resource=PROFILE), {}),
    ReasonKind.PRINCIPAL: (trusting(AWS=B), {"trust": True}),
    ReasonKind.KEY_ABSENT: (when("StringEquals", "aws:username", "bob"), {}),
    ReasonKind.VALUE_MISMATCH: (
        when("StringEquals", "aws:username", "bob"),
        {"context": {"aws:username": "ann"}},
    ),
    ReasonKind.VARIABLE_UNRESOLVED: (allow(Resource="arn:aws:s3:::${aws:username}"), {}),
    ReasonKind.KEY_UNKNOWN: (
        when("StringEquals", "aws:username", "bob"),
        {"unknown_keys": ["aws:username"]},
    ),
    ReasonKind.LEFT_OPEN: (allow(Resource="*foundation-model*"), {}),
}
NEAR = {
    NearMiss.REGION: (allow(Resource=MODEL.replace("eu-west-1", "us-east-1")), {}),
    NearMiss.ACCOUNT: (allow(Resource=PROFILE.replace(A, B)), {"resource": PROFILE}),
    NearMiss.PARTITION: (allow(Resource=MODEL.replace("aws:", "aws-cn:", 1)), {}),
    NearMiss.CASE: (allow(Resource=MODEL.replace("maker", "Maker")), {}),
    NearMiss.PATH: (
        allow(Resource=ROLE.replace("team/", "")),
        {"action": "sts:AssumeRole", "resource": ROLE},
    ),
    NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN: (allow(Resource=MODEL.replace("::", f":{A}:")), {}),
    NearMiss.RESOURCE_TYPE: (
        allow(Resource=MODEL.replace("foundation-model", "inference-profile")),
        {},
    ),
    NearMiss.NOT_AN_ARN: (allow(Resource="bedrock:*"), {}),
    NearMiss.NO_SUCH_ACTION: (allow(Action="bedrock:Converse"), {}),
    NearMiss.STREAMING: (allow(Action="bedrock:InvokeModelWithResponseStream"), {}),
    NearMiss.SESSION_ARN: (
        allow(Resource=f"arn:aws:sts::{B}:assumed-role/gateway/*"),
        {"action": "sts:AssumeRole", "resource": ROLE},
    ),
    NearMiss.ANOTHER_SESSION: (trusting(AWS=SESSION.replace("i-1", "i-2")), {"trust": True}),
    NearMiss.DELETED_PRINCIPAL: (trusting(AWS="AROAEXAMPLE1234567890"), {"trust": True}),
    NearMiss.ANOTHER_PRINCIPAL: (trusting(AWS=f"arn:aws:iam::{A}:user/ann"), {"trust": True}),
    NearMiss.ANOTHER_ACCOUNT: (trusting(AWS=B), {"trust": True}),
}


@pytest.mark.parametrize("kind", ReasonKind)
def test_a_statement_fails_by_each_kind_of_reason(kind: ReasonKind) -> None:
    """Our choice: every member of the closed list is met, and alone."""
    statement, request = REASONS[kind]
    assert [reason.kind for reason in reasons(traced(statement, **request))] == [kind]


@pytest.mark.parametrize("kind", NearMiss)
def test_a_pattern_fails_by_each_kind_of_near_miss(kind: NearMiss) -> None:
    """Our choice: every near miss is recognized and points at the pattern."""
    statement, request = NEAR[kind]
    (reason,) = reasons(traced(statement, **request))
    assert [near.kind for near in reason.near] == [kind]
    assert reason.near[0].text.value in json.dumps(statement)


@pytest.mark.parametrize(
    "statement",
    [
        allow(Resource="arn:aws:s3:::corp"),
        allow(Resource=MODEL.replace("maker", "other").replace("eu-west-1", "us-east-1")),
        allow(Action="s3:GetObject"),
    ],
)
def test_what_fails_by_more_is_no_near_miss(statement: dict[str, Any]) -> None:
    """Our choice: a hint that is not one thing away misleads."""
    assert [reason.near for reason in reasons(traced(statement))] == [()]


def test_a_mismatch_tells_the_values_of_both_sides() -> None:
    """Our choice: the policy's value with its variables filled in, and the request's."""
    statement = when("StringEquals", "aws:PrincipalTag/Team", "${aws:username}")
    context = {"aws:username": "Bob", "aws:PrincipalTag/Team": "bob"}
    (reason,) = reasons(traced(statement, context=context))
    assert (reason.resolved, reason.actual) == (("Bob",), ("bob",))


def test_what_aws_leaves_open_is_named_as_the_thing_that_decides() -> None:
    """E1: an unknown answer says what is missing, also where no file would hold it."""
    trace = traced(*REASONS[ReasonKind.LEFT_OPEN][:1])
    (missing,) = trace.deciding_missing
    assert isinstance(missing, Missing)
    assert missing.absence is Absence.UNDOCUMENTED
    assert (
        "*foundation-model*" in trace.layer(PolicyLayer.IDENTITY).statements[0].reasons[0].at.value
    )


@pytest.mark.clause("B6")
@pytest.mark.parametrize(("path", "kind"), [("get-role.json", "PRINCIPAL"), (None, "KEY_UNKNOWN")])
def test_an_id_that_aws_shows_names_nobody_who_lives(path: str | None, kind: str) -> None:
    """AWS-documented: a policy shows an id only where its principal was deleted."""
    document = {"Version": "2012-10-17", "Statement": [trusting(AWS="AROAEXAMPLE1234567890")]}
    ref = PolicyRef(PolicyKind.TRUST, "gateway")
    policies = Policies(resource=PolicyDocument(ref, Source(json.dumps(document), path)))
    context = Context.of({}, unknown=[UnknownFact("aws:userid")])
    request = Request(parse_principal(SESSION), "sts:AssumeRole", ROLE, B, context)
    assert [reason.kind for reason in reasons(explain(request, policies))] == [ReasonKind[kind]]


@pytest.mark.clause("B6")
@pytest.mark.parametrize(
    ("caller", "unique_id"),
    [(SESSION, "AROAEXAMPLE1234567890"), (f"arn:aws:iam::{A}:user/ann", "AIDAEXAMPLE1234567890")],
)
def test_an_id_names_the_caller_that_bears_it(caller: str, unique_id: str) -> None:
    """Our choice: where the id of the caller is known it is compared, aws:userid is not asked."""
    document = {"Version": "2012-10-17", "Statement": [trusting(AWS=unique_id)]}
    ref = PolicyRef(PolicyKind.TRUST, "gateway")
    policies = Policies(resource=PolicyDocument(ref, Source(json.dumps(document))))
    context = Context.of({}, unknown=[UnknownFact("aws:userid")])
    answers = [
        explain(
            Request(parse_principal(caller, unique_id=its), "sts:AssumeRole", ROLE, B, context),
            policies,
        )
        .layers[3]
        .outcome
        for its in (unique_id, unique_id[:-1] + "1")
    ]
    assert answers == [Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED]


def test_everyone_under_a_boundary_is_named_as_the_thing_that_decides() -> None:
    """D16: AWS does not say whether such an Allow passes a boundary that lacks one."""
    document = {"Version": "2012-10-17", "Statement": [trusting(AWS="*")]}
    case = {
        "request": {
            "principal": SESSION,
            "action": "sts:AssumeRole",
            "resource": ROLE.replace(B, A),
        },
        "resource_policy": document,
        "boundary": {"Version": "2012-10-17", "Statement": [allow(Action="s3:*")]},
    }
    ready = read_case(json.dumps(case).encode())
    (missing,) = explain(ready.request, ready.policies.source).deciding_missing
    assert isinstance(missing, Missing)
    assert missing.absence is Absence.UNDOCUMENTED
