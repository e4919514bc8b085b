"""From denials to the attempt: what they tell, and None where they do not."""

from __future__ import annotations

import json

import pytest

from bedrock_doctor.evidence import AttemptHints, attempt_hints, evidence_of
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.finding import Layer

APP = "arn:aws:sts::111122223333:assumed-role/rag-api/worker"
GATEWAY = "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/rag"
ROLE = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
ASSUME = f"User: {APP} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"


def bedrock(resource: str, *, around: str = "", action: str = "bedrock:InvokeModel") -> str:
    return (
        f"{around} User: {GATEWAY} is not authorized to perform: {action} on resource: {resource}"
    )


def hints(text: str) -> AttemptHints:
    return attempt_hints(evidence_of(text))


def test_a_denied_assumption_tells_caller_and_role() -> None:
    """AWS-documented: the principal signs, the resource is the role."""
    found = hints(ASSUME)
    assert (found.caller, found.roles) == (APP, (ROLE,))
    assert (found.model, found.region, found.operation) == (None, None, None)


def test_a_profile_arn_tells_model_and_region() -> None:
    """AWS-documented: a system profile's ARN is of the Region that is called."""
    found = hints(bedrock(
        "arn:aws:bedrock:eu-central-1:444455556666:inference-profile/eu.anthropic.claude-sonnet-4-6"
    ))  # fmt: skip
    assert (found.model, found.region) == ("eu.anthropic.claude-sonnet-4-6", "eu-central-1")
    assert (found.caller, found.roles, found.bedrock_signer) == (GATEWAY, (), GATEWAY)


def test_an_application_profile_stays_an_arn() -> None:
    """AWS-documented: its id is opaque."""
    arn = "arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/abc123def456"
    assert hints(bedrock(arn)).model == arn


def test_a_model_arn_without_region_is_a_global_profile_from_an_unknown_region() -> None:
    """AWS-documented routing of global profiles."""
    found = hints(bedrock("arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-6"))
    assert (found.model, found.region) == ("global.anthropic.claude-sonnet-4-6", None)


def test_a_destination_region_alone_does_not_tell_the_model_called() -> None:
    """Our choice: a profile or the model itself may have been called; no guess."""
    found = hints(
        bedrock("arn:aws:bedrock:eu-north-1::foundation-model/anthropic.claude-sonnet-4-6")
    )
    assert (found.model, found.region) == (None, None)


def test_a_destination_with_the_region_called_tells_the_profile_by_the_catalog() -> None:
    """Derived: one geographic profile of the model leads from that Region to this one."""
    found = hints(bedrock(
        "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-pro-v1:0",
        around="https://bedrock-runtime.us-east-1.amazonaws.com",
    ))  # fmt: skip
    assert (found.model, found.region) == ("us.amazon.nova-pro-v1:0", "us-east-1")


def test_a_model_in_the_region_called_was_called_by_its_own_id() -> None:
    """Derived: the Region of the endpoint and of the model agree."""
    found = hints(bedrock(
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0",
        around="AWS_REGION=us-east-1",
    ))  # fmt: skip
    assert (found.model, found.region) == ("amazon.titan-embed-text-v2:0", "us-east-1")


@pytest.mark.parametrize(("around", "action", "operation"), [
    ("when calling the ConverseStream operation:", "bedrock:InvokeModelWithResponseStream",
     Operation.CONVERSE_STREAM),
    ("when calling the InvokeModel operation:", "bedrock:InvokeModel", Operation.INVOKE_MODEL),
    ("", "bedrock:InvokeModelWithResponseStream", Operation.CONVERSE_STREAM),
    ("", "bedrock:InvokeModel", Operation.CONVERSE),
    ("", "bedrock:CountTokens", Operation.COUNT_TOKENS),
    ("", "bedrock-mantle:CreateInference", Operation.MANTLE_INFERENCE),
    ("", "bedrock:GetInferenceProfile", None),
])  # fmt: skip
def test_the_operation_comes_from_the_text_else_from_the_action(
    around: str, action: str, operation: Operation | None
) -> None:
    """AWS-documented: Converse is checked as InvokeModel, the streams as their own action."""
    assert hints(bedrock("*", around=around, action=action)).operation is operation


def test_both_steps_in_one_text_make_the_whole_way() -> None:
    """Our choice: the denied assumption tells who starts, the call what was wanted."""
    call = bedrock(
        "arn:aws:bedrock:eu-central-1:444455556666:inference-profile/eu.amazon.nova-lite-v1:0"
    )
    found = hints(f"{ASSUME}\n{call}")
    assert (found.caller, found.roles, found.bedrock_signer) == (APP, (ROLE,), GATEWAY)
    assert (found.model, found.region) == ("eu.amazon.nova-lite-v1:0", "eu-central-1")


def test_an_event_of_a_denied_assumption_tells_all_that_its_parameters_show() -> None:
    """AWS-documented: requestParameters of AssumeRole in CloudTrail."""
    event = {
        "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "awsRegion": "eu-central-1",
        "eventTime": "2026-11-23T22:01:07Z", "eventID": "e-1", "errorCode": "AccessDenied",
        "errorMessage": ASSUME, "sourceIPAddress": "203.0.113.7",
        "vpcEndpointId": "vpce-0123456789abcdef0", "vpcEndpointAccountId": "777788889999",
        "userIdentity": {
            "arn": APP, "accountId": "111122223333",
            "sessionContext": {
                "attributes": {"mfaAuthenticated": "true"},
                "sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/apps/rag-api"},
            },
        },
        "requestParameters": {
            "roleArn": ROLE, "roleSessionName": "rag", "externalId": "never-kept",
            "tags": [{"key": "team", "value": "rag"}], "transitiveTagKeys": ["team"],
            "sourceIdentity": "ana", "policy": '{"Version":"2012-10-17","Statement":[]}',
            "policyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        },
    }  # fmt: skip
    denials = evidence_of(json.dumps(event))
    assert attempt_hints(denials) == AttemptHints(
        caller=APP,
        roles=(ROLE,),
        vpce="vpce-0123456789abcdef0",
        vpce_account="777788889999",
        source_ip="203.0.113.7",
        session_name="rag",
        session_tags=(("team", "rag"),),
        transitive_tags=("team",),
        source_identity="ana",
        external_id_sent=True,
        mfa=True,
        session_policy='{"Version":"2012-10-17","Statement":[]}',
        session_policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    )
    assert denials[0].event is not None
    assert denials[0].event.issuer_arn == "arn:aws:iam::111122223333:role/apps/rag-api"
    assert "never-kept" not in repr(denials)


def test_an_address_that_is_a_service_name_is_no_source_ip() -> None:
    """AWS-documented: calls made by services show the service in sourceIPAddress."""
    event = {
        "eventSource": "bedrock.amazonaws.com", "eventName": "Converse", "errorCode": "AccessDenied",
        "sourceIPAddress": "AWS Internal", "userIdentity": {"arn": GATEWAY},
        "requestParameters": {"modelId": "eu.amazon.nova-lite-v1:0"}, "awsRegion": "eu-west-1",
    }  # fmt: skip
    found = hints(json.dumps(event))
    assert (found.source_ip, found.model, found.region) == (
        None, "eu.amazon.nova-lite-v1:0", "eu-west-1",
    )  # fmt: skip


def test_masked_principals_are_no_callers() -> None:
    """Our choice: an ARN that nobody can look up derives no attempt."""
    found = hints(ASSUME.replace("111122223333", "xxxxxxxxxxxx"))
    assert (found.caller, found.roles) == (None, None)


def test_the_trust_policy_is_the_layer_when_aws_calls_it_resource_based() -> None:
    """AWS-documented: the resource-based policy of a role is its trust policy."""
    text = f"{ASSUME} because no resource-based policy allows the sts:AssumeRole action"
    denial = evidence_of(text)[0]
    assert (denial.layer, denial.explicit) == (Layer.TRUST, False)


def test_a_look_alike_is_marked_and_names_no_layer_of_policies() -> None:
    """CONTRACTS: throttling is no access problem."""
    denial = evidence_of("ThrottlingException: Too many tokens, please wait before trying again.")[
        0
    ]
    assert (denial.is_access_problem, denial.layer, denial.entry) == (False, None, "quota.tpm")
