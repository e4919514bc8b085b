"""boto3 against the lab: several accounts, streams, and errors as botocore reads AWS's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bedrock_doctor.lab.client import lab_client
from tests.lab.conftest import GATEWAY, HELLO, NOVA, Running


def test_a_role_of_another_account_is_assumed_and_answers(running: Running) -> None:
    me = running.session("sts").get_caller_identity()
    assert me["Account"] == "444455556666"
    assert me["Arn"] == "arn:aws:sts::444455556666:assumed-role/gateway/test"
    answer = running.session("bedrock-runtime").converse(modelId=NOVA, messages=HELLO)
    assert answer["output"]["message"]["content"] == [{"text": "The lab heard 2 words."}]
    assert answer["usage"]["inputTokens"] == 2


def test_streams_are_real_event_streams(running: Running) -> None:
    runtime = running.session("bedrock-runtime")
    events = list(runtime.converse_stream(modelId=NOVA, messages=HELLO)["stream"])
    said = "".join(
        e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e
    )
    assert said.strip() == "The lab heard 2 words."
    assert next(iter(events[0])) == "messageStart"
    assert next(iter(events[-1])) == "metadata"
    body = json.dumps({"messages": HELLO})
    answer = runtime.invoke_model_with_response_stream(modelId=NOVA, body=body)
    chunks = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    assert chunks[0]["stopReason"] == "end_turn"


def test_invoke_model_speaks_the_native_format(running: Running) -> None:
    runtime = running.session("bedrock-runtime")
    answer = runtime.invoke_model(modelId=NOVA, body=json.dumps({"messages": HELLO}))
    assert json.loads(answer["body"].read())["usage"]["inputTokens"] == 2
    claude = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
    answer = runtime.invoke_model(modelId=claude, body=json.dumps({"messages": HELLO}))
    assert json.loads(answer["body"].read())["type"] == "message"


def test_models_and_profiles_are_listed(running: Running) -> None:
    bedrock = running.session("bedrock")
    models = {m["modelId"]: m for m in bedrock.list_foundation_models()["modelSummaries"]}
    assert models["amazon.nova-lite-v1:0"]["inferenceTypesSupported"] == ["INFERENCE_PROFILE"]
    profile = bedrock.get_inference_profile(inferenceProfileIdentifier=NOVA)
    assert len(profile["models"]) == 4
    with pytest.raises(ClientError) as caught:
        bedrock.get_inference_profile(inferenceProfileIdentifier="us.amazon.nova-lite-v1:0")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_denial_of_bedrock_is_json_with_an_error_type(running: Running) -> None:
    runtime = running.client("bedrock-runtime")
    with pytest.raises(runtime.exceptions.AccessDeniedException) as caught:
        runtime.converse(modelId=NOVA, messages=HELLO)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    headers = response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-errortype"] == "AccessDeniedException"
    assert headers["x-amzn-requestid"]
    assert response["Error"]["Message"] == (
        "User: arn:aws:sts::111122223333:assumed-role/app/lab is not authorized to perform: "
        "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-central-1:111122223333:"
        f"inference-profile/{NOVA} because no identity-based policy allows the "
        "bedrock:InvokeModel action"
    )


def test_a_denial_of_sts_is_xml_and_silent_about_another_account(running: Running) -> None:
    sts = running.client("sts")
    with pytest.raises(ClientError) as caught:
        sts.assume_role(RoleArn=f"{GATEWAY}-gone", RoleSessionName="test")
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Type"] == "Sender"
    assert error["Message"].endswith(f"sts:AssumeRole on resource: {GATEWAY}-gone")


def test_a_denial_within_an_account_gives_its_reason(running: Running) -> None:
    sts = running.client("sts", "admin-ai")
    with pytest.raises(ClientError) as caught:
        sts.assume_role(RoleArn=GATEWAY, RoleSessionName="test")
    assert caught.value.response["Error"]["Message"].endswith(
        "because no role trust policy allows the sts:AssumeRole action"
    )


def test_a_session_policy_stays_with_the_session(running: Running) -> None:
    nothing = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
        }
    )
    runtime = running.session("bedrock-runtime", Policy=nothing)
    with pytest.raises(ClientError, match="because no session policy allows"):
        runtime.converse(modelId=NOVA, messages=HELLO)
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        running.session("sts", Policy="{")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"DurationSeconds": 7200}, "ValidationError"),
        ({"RoleSessionName": "no blanks"}, "ValidationError"),
        ({"RoleArn": "arn:aws:iam::444455556666:user/gateway"}, "ValidationError"),
    ],
)
def test_what_sts_refuses_to_read(running: Running, options: dict[str, object], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        running.session("sts", **options)
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("bedrock", "list_foundation_models", "UnrecognizedClientException"),
        ("organizations", "list_roots", "UnrecognizedClientException"),
    ],
)
def test_unknown_keys_are_refused(running: Running, service: str, method: str, code: str) -> None:
    keys = ("AKIALAB0000000000000", "x", "")
    client = lab_client(service, running.endpoint, "eu-central-1", keys)
    with pytest.raises(ClientError) as caught:
        getattr(client, method)()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_accounts_are_apart(running: Running) -> None:
    names = {
        account: {
            role["RoleName"]
            for role in running.client("iam", f"admin-{account}", "us-east-1").list_roles()["Roles"]
        }
        for account in ("app", "ai")
    }
    assert "app" in names["app"]
    assert "gateway" not in names["app"]
    assert "gateway" in names["ai"]


def test_only_the_management_account_reads_the_organization(running: Running) -> None:
    found = running.client("organizations", "admin-management", "us-east-1").list_accounts()
    assert {account["Id"] for account in found["Accounts"]} == {
        "999900001111",
        "111122223333",
        "444455556666",
    }
    member = running.client("organizations", "admin-app", "us-east-1")
    assert member.describe_organization()["Organization"]["Id"] == "o-k4m8q2z7ax"
    with pytest.raises(ClientError, match="You don't have permissions to access this resource"):
        member.list_accounts()


def test_every_service_is_authorized(running: Running) -> None:
    with pytest.raises(ClientError) as caught:
        running.client("iam", "app", "us-east-1").list_users()
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"].endswith(
        "because no identity-based policy allows the iam:ListUsers action"
    )
    with pytest.raises(ClientError, match="no identity-based policy allows the cloudtrail"):
        running.client("cloudtrail").lookup_events()


def test_a_change_in_iam_counts_at_once(running: Running) -> None:
    iam = running.client("iam", "admin-ai", "us-east-1")
    deny = {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName="gateway", PolicyName="No", PolicyDocument=document)
    runtime = running.session("bedrock-runtime")
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        runtime.converse(modelId=NOVA, messages=HELLO)
    iam.delete_role_policy(RoleName="gateway", PolicyName="No")
    assert runtime.converse(modelId=NOVA, messages=HELLO)["stopReason"] == "end_turn"


def test_cloudtrail_remembers_denied_calls_page_by_page(running: Running) -> None:
    with pytest.raises(ClientError):
        running.client("bedrock-runtime").converse(modelId=NOVA, messages=HELLO)
    trail = running.client("cloudtrail", "admin-app")
    pages = trail.get_paginator("lookup_events").paginate(PaginationConfig={"PageSize": 1})
    events = [json.loads(e["CloudTrailEvent"]) for page in pages for e in page["Events"]]
    assert len(events) > 1
    denied = next(event for event in events if event["eventName"] == "Converse")
    assert denied["errorCode"] == "AccessDenied"
    assert "hello lab" not in json.dumps(events)


def test_the_simulator_answers_from_the_same_state(running: Running) -> None:
    iam = running.client("iam", "admin-ai", "us-east-1")
    results = iam.simulate_principal_policy(
        PolicySourceArn=GATEWAY,
        ActionNames=["bedrock:ListFoundationModels", "s3:GetObject"],
    )["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]


def test_a_guardrail_answers_whom_a_policy_lets(running: Running) -> None:
    """The gateway role has no right to bedrock:ApplyGuardrail; the account's administrator has."""
    control = running.client("bedrock", "admin-ai")
    made = control.create_guardrail(
        name="house", blockedInputMessaging="-", blockedOutputsMessaging="-"
    )
    version = control.create_guardrail_version(guardrailIdentifier=made["guardrailId"])["version"]
    words: dict[str, Any] = {
        "guardrailIdentifier": made["guardrailId"],
        "guardrailVersion": version,
        "source": "INPUT",
        "content": [{"text": {"text": "hello"}}],
    }
    runtime = running.client("bedrock-runtime", "admin-ai")
    assert runtime.apply_guardrail(**words)["action"] == "NONE"
    session = running.session("bedrock-runtime")
    with pytest.raises(session.exceptions.AccessDeniedException, match="ApplyGuardrail"):
        session.apply_guardrail(**words)


def test_an_account_tells_its_regions_retention_and_policies(running: Running) -> None:
    regions = running.client("account", "admin-ai").list_regions()["Regions"]
    states = {entry["RegionName"]: entry["RegionOptStatus"] for entry in regions}
    assert states["eu-central-1"] == "ENABLED_BY_DEFAULT"
    assert states["af-south-1"] == "DISABLED"
    bedrock = running.client("bedrock", "admin-ai")
    assert bedrock.get_account_data_retention()["mode"] == "default"
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.get_resource_policy(
            resourceArn="arn:aws:bedrock:eu-central-1:444455556666:guardrail/abc123def456"
        )


def test_guardrails_are_state(running: Running) -> None:
    """Made, versioned, shared by policy, enforced; what does not exist is no guardrail."""
    control = running.client("bedrock", "admin-ai")
    made = control.create_guardrail(
        name="rules", blockedInputMessaging="-", blockedOutputsMessaging="-"
    )
    name, arn = made["guardrailId"], made["guardrailArn"]
    assert control.create_guardrail_version(guardrailIdentifier=name)["version"] == "1"
    assert control.get_guardrail(guardrailIdentifier=arn, guardrailVersion="1")["name"] == "rules"
    assert arn in [entry["arn"] for entry in control.list_guardrails()["guardrails"]]
    with pytest.raises(control.exceptions.ResourceNotFoundException):
        control.get_guardrail(guardrailIdentifier=name, guardrailVersion="2")
    control.put_resource_policy(resourceArn=arn, resourcePolicy="{}")
    assert control.get_resource_policy(resourceArn=arn)["resourcePolicy"] == "{}"
    control.delete_resource_policy(resourceArn=arn)
    with pytest.raises(control.exceptions.ResourceNotFoundException):
        control.get_resource_policy(resourceArn=arn)
    config = {"guardrailIdentifier": name, "guardrailVersion": "1"}
    made_id = control.put_enforced_guardrail_configuration(guardrailInferenceConfig=config)
    [entry] = control.list_enforced_guardrails_configuration()["guardrailsConfig"]
    assert (entry["configId"], entry["guardrailArn"]) == (made_id["configId"], arn)
    control.delete_enforced_guardrail_configuration(configId=made_id["configId"])
    assert control.list_enforced_guardrails_configuration()["guardrailsConfig"] == []
    runtime = running.client("bedrock-runtime", "admin-ai")
    unknown = {"guardrailIdentifier": "nosuch", "guardrailVersion": "1"}
    with pytest.raises(runtime.exceptions.ValidationException, match="guardrail identifier"):
        runtime.converse(modelId=NOVA, messages=HELLO, guardrailConfig=unknown)


def test_quotas_are_state(running: Running) -> None:
    client = running.client("service-quotas", "admin-ai")
    running.lab.bedrock.quotas.set("444455556666", "eu-central-1", "L-1AB00002", 0)
    running.lab.authority.changed()
    asked = {"ServiceCode": "bedrock", "QuotaCode": "L-1AB00002"}
    assert client.get_service_quota(**asked)["Quota"]["Value"] == 0
    runtime = running.session("bedrock-runtime")
    with pytest.raises(runtime.exceptions.ThrottlingException):
        runtime.converse(modelId=NOVA, messages=HELLO)
    client.request_service_quota_increase(**asked, DesiredValue=10.0)
    assert runtime.converse(modelId=NOVA, messages=HELLO)["stopReason"] == "end_turn"
    with pytest.raises(client.exceptions.NoSuchResourceException):
        client.get_service_quota(ServiceCode="bedrock", QuotaCode="L-0")
