"""API keys against the lab: the SDKs send them over HTTPS alone, so they are sent by hand here.

Texts: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html and public reports.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from bedrock_doctor.lab.api_keys import short_term_key
from bedrock_doctor.lab.bearer_call import BearerCallDenied, converse_by_key
from bedrock_doctor.signing.api_key import read_api_key
from tests.lab.conftest import HELLO, NOVA, Running

NOW = datetime.now(UTC)
FULL = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)


def refused(running: Running, key: str) -> str:
    with pytest.raises(BearerCallDenied) as denied:
        converse_by_key(running.endpoint, key, NOVA, {"messages": HELLO})
    return str(denied.value)


def test_a_short_term_key_carries_its_session_and_needs_a_right_of_its_own(
    running: Running,
) -> None:
    administrator = running.lab.credentials("admin-ai")
    key = short_term_key(administrator, "eu-central-1", NOW)
    answer = converse_by_key(running.endpoint, key, NOVA, {"messages": HELLO})
    assert answer["stopReason"] == "end_turn"
    assert read_api_key(key, NOW).kind == "short-term"
    event = running.lab.trail._events[-1]
    assert event["userIdentity"]["arn"] == administrator.arn
    application = running.lab.credentials("app")
    told = refused(running, short_term_key(application, "eu-central-1", NOW))
    assert "bedrock:CallWithBearerToken" in told
    assert "assumed-role/app/lab" in told


def test_keys_that_are_none_are_told_apart(running: Running) -> None:
    administrator = running.lab.credentials("admin-ai")
    assert "must start with pre-defined prefix".lower() in refused(running, "abc").lower()
    for broken in ("ABSKabcdefgh", "bedrock-api-key-####", "bedrock-api-key-" + "e30="):
        assert "make sure your API Key is valid" in refused(running, broken)
    old = short_term_key(administrator, "eu-central-1", NOW - timedelta(hours=13))
    assert "Bearer Token has expired" in refused(running, old)
    endless = base64.b64encode(
        base64.b64decode(short_term_key(administrator, "eu-central-1", NOW)[16:]).replace(
            b"Expires=43200", b"Expires=999999999999"
        )
    )
    assert "make sure your API Key is valid" in refused(
        running, f"bedrock-api-key-{endless.decode()}"
    )
    whole = short_term_key(administrator, "eu-central-1", NOW).removeprefix("bedrock-api-key-")
    endless = base64.b64decode(whole).replace(b"Expires=43200", b"Expires=999999999999")
    told = refused(running, f"bedrock-api-key-{base64.b64encode(endless).decode()}")
    assert "make sure your API Key is valid" in told
    elsewhere = short_term_key(administrator, "us-east-1", NOW)
    assert "scoped to a valid region" in refused(running, elsewhere)


def test_a_long_term_key_belongs_to_a_user_and_can_be_turned_off(running: Running) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html"""
    iam = running.client("iam", "admin-ai")
    iam.create_user(UserName="notebook")
    iam.put_user_policy(UserName="notebook", PolicyName="p", PolicyDocument=FULL)
    asked = {"UserName": "notebook", "ServiceName": "bedrock.amazonaws.com"}
    made = iam.create_service_specific_credential(**asked, CredentialAgeDays=30)
    found = made["ServiceSpecificCredential"]
    key = found["ServiceCredentialSecret"]
    assert key.startswith("ABSK")
    assert b"not-a-secret" in base64.b64decode(key.removeprefix("ABSK"))
    assert converse_by_key(running.endpoint, key, NOVA, {"messages": HELLO})["usage"]
    [listed] = iam.list_service_specific_credentials(**asked)["ServiceSpecificCredentials"]
    assert listed["Status"] == "Active"
    assert "ServiceCredentialSecret" not in listed
    named = {"ServiceSpecificCredentialId": listed["ServiceSpecificCredentialId"]}
    iam.update_service_specific_credential(**named, Status="Inactive")
    assert "make sure your API Key is valid" in refused(running, key)
    iam.delete_service_specific_credential(**named)
    assert iam.list_service_specific_credentials(**asked)["ServiceSpecificCredentials"] == []
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.delete_service_specific_credential(**named)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.create_service_specific_credential(**{**asked, "UserName": "nobody"})
    with pytest.raises(iam.exceptions.ServiceNotSupportedException):
        iam.create_service_specific_credential(**{**asked, "ServiceName": "x.amazonaws.com"})
