"""Details of a denied request, fetched by the id in AWS's message, in their wire form.

https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest

from bedrock_doctor.evidence import evaluated_policies, evidence_of
from bedrock_doctor.live.authorization_ids import fetch_details
from bedrock_doctor.live.caller import Caller
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.sessions import Opened
from bedrock_doctor.model.finding import Layer
from tests.live.fake_aws import FakeAws, json_error

ID = "0a1b2c3d4e5f"
GATEWAY = "arn:aws:sts::444455556666:assumed-role/gateway/rag"
SCP = "arn:aws:organizations::999900001111:policy/o-abcdefghij/service_control_policy/p-8f3k2q1m"
MODEL = "arn:aws:bedrock:eu-north-1::foundation-model/amazon.nova-lite-v1:0"
FENCE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Fence", "Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}],
}


def evaluation(check: str, effect: str) -> dict[str, Any]:
    checks = [{"checkType": check, "evaluatedEffect": effect, "targetArn": GATEWAY}]
    return {
        "action": "bedrock:InvokeModel",
        "resource": MODEL,
        "evaluatedEffect": effect,
        "checks": checks,
    }


PAGES = (
    {
        "requestContext": {"aws:PrincipalArn": [GATEWAY]},
        "evaluations": [evaluation("SERVICE_CONTROL_POLICY", "EXPLICIT_DENY")],
        "policies": [{"type": "SERVICE_CONTROL_POLICY", "inline": False, "uri": SCP,
                      "attachedTo": [{"arn": "arn:aws:organizations::1:ou/o-a/ou-b"}]}],
        "nextToken": "more",
    },
    {
        "evaluations": [evaluation("PRINCIPAL", "IMPLICIT_DENY")],
        "policies": [{"type": "IDENTITY_BASED_POLICY", "inline": True, "uri": "opaque-1",
                      "attachedTo": [{"arn": GATEWAY}]}],
    },
)  # fmt: skip


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.setattr("time.sleep", lambda _: None)
    return FakeAws()


def opened(aws: FakeAws) -> Opened:
    session = aws.session(botocore.session.Session)
    clients = ReadOnlyClients(session, None, attempts=1)
    caller = Caller(clients, "eu-north-1")
    return Opened(session, caller, clients, "444455556666", GATEWAY, {}, "x", ("eu-north-1",))


def test_all_pages_and_policies_become_evidence(aws: FakeAws) -> None:
    aws.on("GetRequestAuthorizationDetails", *((200, json.dumps(page)) for page in PAGES))
    aws.on(
        "GetRequestAuthorizationPolicy",
        (200, json.dumps({"policyDocument": FENCE})),
        json_error(403, "AccessDeniedException"),
    )
    fetched = fetch_details(opened(aws), ID, "eu-north-1")
    assert {denial.layer for denial in evidence_of(fetched.text)} == {Layer.SCP, Layer.IDENTITY}
    policy, opaque = evaluated_policies(fetched.text)
    assert (policy.document, opaque.document) == (FENCE, None)
    assert "opaque-1 (AccessDeniedException)" in fetched.note
    assert aws.calls == [*["GetRequestAuthorizationDetails"] * 2,
                         *["GetRequestAuthorizationPolicy"] * 2]  # fmt: skip


def test_a_policy_that_is_no_json_is_named(aws: FakeAws) -> None:
    """Our choice: whatever is left out is told, as in a snapshot."""
    aws.on("GetRequestAuthorizationDetails", *((200, json.dumps(page)) for page in PAGES))
    aws.on("GetRequestAuthorizationPolicy", (200, json.dumps({"policyDocument": "{"})))
    fetched = fetch_details(opened(aws), ID, "eu-north-1")
    assert {policy.document for policy in evaluated_policies(fetched.text)} == {None}
    assert "opaque-1 (MalformedAnswer)" in fetched.note


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ResourceNotFoundException", "AWS keeps them for a day"),
        ("AccessDeniedException", "could not be read: AccessDeniedException"),
        ("ThrottlingException", "could not be read: ThrottlingException"),
    ],
)
def test_details_that_cannot_be_had_are_a_note(aws: FakeAws, code: str, said: str) -> None:
    aws.on("GetRequestAuthorizationDetails", json_error(400, code))
    fetched = fetch_details(opened(aws), ID, "eu-north-1")
    assert fetched.text == ""
    assert said in fetched.note
    assert ID in fetched.note


def test_the_id_goes_into_the_path(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the next page goes along; an end is reached also where AWS gives none."""
    asked: list[tuple[str, dict[str, list[str]]]] = []
    reader = opened(aws)

    def note(request: Any, **_: object) -> None:
        parts = urlsplit(request.url)
        asked.append((parts.path, parse_qs(parts.query)))

    reader.session.register("before-send", note, unique_id="first")
    aws.on("GetRequestAuthorizationDetails", (200, json.dumps({**PAGES[1], "nextToken": "again"})))
    fetched = fetch_details(reader, ID, "eu-north-1")
    assert "go on after 50 pages" in fetched.note
    details = [entry for entry in asked if entry[0].endswith(ID)]
    assert len(details) == 50
    assert details[0][1] == {}
    assert details[1][1] == {"nextToken": ["again"]}
