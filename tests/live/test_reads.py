"""The table of reads against botocore's models and the catalog of IAM actions."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest

from bedrock_doctor.app import read_permissions
from bedrock_doctor.catalog.service_authorization import action, services_in_full
from bedrock_doctor.live.permissions import read_policy
from bedrock_doctor.live.readonly import (
    ReadOnlyClients,
    RefusedOperation,
    client_for,
    refuse_writes,
)
from bedrock_doctor.live.reads import READS, Group, Read

_SESSION = botocore.session.Session()


@pytest.mark.parametrize("read", READS, ids=lambda r: r.action)
def test_operations_and_lists_are_those_of_botocore(read: Read) -> None:
    output = _SESSION.get_service_model(read.service).operation_model(read.operation).output_shape
    for name in read.lists:
        assert output.members[name].type_name == "list"


@pytest.mark.parametrize("read", READS, ids=lambda r: r.action)
def test_every_paginated_list_is_joined(read: Read) -> None:
    try:
        keys = _SESSION.get_paginator_model(read.service).get_paginator(read.operation)
    except ValueError:
        return
    wanted = keys["result_key"]
    assert set(read.lists) >= set([wanted] if isinstance(wanted, str) else wanted)


def test_actions_only_read() -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/: access levels."""
    # in preview, and not yet in AWS's list of actions
    preview = [r for r in READS if r.service == "iam-toolbox"]
    assert all(r.operation.startswith("GetRequestAuthorization") for r in preview)
    known = [r for r in READS if r.action.split(":")[0] in services_in_full() and r not in preview]
    assert len(known) > 20
    for read in known:
        found = action(read.action)
        assert found is not None, read.action
        assert found.access in ("Read", "List"), read.action
    for read in set(READS) - set(known):
        assert read.operation.startswith(("Get", "List", "Describe", "Lookup")), read.action


@pytest.mark.parametrize(
    ("service", "method", "parameters"),
    [
        ("iam", "delete_role", {"RoleName": "x"}),
        ("bedrock", "put_use_case_for_model_access", {"formData": b"x"}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::1:role/xxxxxx", "RoleSessionName": "xx"}),
        ("iam", "list_access_keys", {}),
    ],
)
def test_other_operations_are_refused_before_a_request(
    service: str, method: str, parameters: dict[str, object]
) -> None:
    client = botocore.session.Session().create_client(
        service, region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    refuse_writes(client)
    built: list[object] = []
    client.meta.events.register("before-call", lambda **k: built.append(k))
    with pytest.raises(RefusedOperation, match="not among the reads"):
        getattr(client, method)(**parameters)
    assert built == []


def test_the_policy_allows_exactly_the_table() -> None:
    document = read_policy(tuple(Group)).document
    allowed = [a for statement in document["Statement"] for a in statement["Action"]]
    assert sorted(allowed) == sorted(read.action for read in READS if read.granted)
    [one] = read_policy([Group.NETWORK]).document["Statement"]
    assert one["Action"] == ["ec2:DescribeVpcEndpoints"]


@pytest.mark.parametrize("format_", ["json", "terraform", "cloudformation"])
def test_the_policy_is_printed_in_every_form(format_: str) -> None:
    assert "iam:GetAccountAuthorizationDetails" in read_permissions(["iam"], format_)


def test_the_policy_of_an_attempt_names_what_it_is_about() -> None:
    """By account; a test against the engine would only repeat the text."""
    app, gateway = "arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/gateway"
    told = json.loads(
        read_permissions(
            ["iam", "bedrock"],
            "json",
            principals=[app, gateway],
            models=["eu.amazon.nova-lite-v1:0"],
            regions=["eu-central-1"],
        )
    )
    assert sorted(told) == ["111122223333", "444455556666"]
    statements = told["444455556666"]["Statement"]
    by_action = {action: s for s in statements for action in s["Action"]}
    assert by_action["iam:GetRole"]["Resource"] == [
        "arn:aws:iam::444455556666:role/gateway",
        "arn:aws:iam::444455556666:role/*/gateway",
    ]
    assert by_action["bedrock:GetInferenceProfile"]["Resource"] == [
        "arn:aws:bedrock:eu-central-1:444455556666:inference-profile/eu.amazon.nova-lite-v1:0"
    ]
    assert by_action["bedrock:ListFoundationModels"]["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["eu-central-1"]}
    }
    for unneeded in ("iam:GetAccountAuthorizationDetails", "iam:GetUser", "bedrock:ListGuardrails"):
        assert unneeded not in by_action


@pytest.mark.parametrize("format_", ["terraform", "cloudformation"])
def test_the_policies_of_an_attempt_are_printed_in_every_form(format_: str) -> None:
    roles = ["arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/gateway"]
    text = read_permissions(["iam"], format_, principals=roles)
    assert "role/app" in text
    assert "role/gateway" in text


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("iam", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn"),
        ("iam", "us-gov-west-1", "https://iam.us-gov.amazonaws.com"),
        ("organizations", "us-gov-west-1", "https://organizations.us-gov-west-1.amazonaws.com"),
        ("bedrock", "us-gov-west-1", "https://bedrock.us-gov-west-1.amazonaws.com"),
        ("sts", "eu-central-1", "https://sts.eu-central-1.amazonaws.com"),
    ],
)
def test_clients_go_to_the_endpoints_of_their_partition(
    service: str, region: str, host: str
) -> None:
    """https://docs.aws.amazon.com/general/latest/gr/iam-service.html"""
    session = botocore.session.Session()
    session.set_credentials("x", "x")
    assert ReadOnlyClients(session, None).client(service, region).meta.endpoint_url == host


def test_proxies_and_certificates_are_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html"""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/ssl/corporate.pem")
    session = botocore.session.Session()
    session.set_credentials("x", "x")
    client = ReadOnlyClients(session, None).client("sts", "eu-central-1")
    http = client._endpoint.http_session
    assert http._proxy_config.proxy_url_for("https://sts.amazonaws.com").endswith(":3128")
    assert http._verify == "/etc/ssl/corporate.pem"


@pytest.mark.parametrize("service", ["bedrock", "bedrock-agent"])
def test_an_api_key_of_the_environment_signs_no_read(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    """botocore prefers it for Bedrock: another account would be read than the session's.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
    """
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "ABSKcanary")
    session = botocore.session.Session()
    session.set_credentials("AKIAEXAMPLE", "x")
    client = ReadOnlyClients(session, None).client(service, "eu-central-1")
    sent: list[str] = []

    def stop(request: Any, **_: object) -> None:
        sent.append(str(request.headers["Authorization"]))
        raise InterruptedError

    client.meta.events.register("before-send", stop)
    call = client.list_foundation_models if service == "bedrock" else client.list_prompts
    with pytest.raises(InterruptedError):
        call()
    assert "Credential=AKIAEXAMPLE/" in sent[0]


def test_what_is_no_probe_gets_no_client() -> None:
    with pytest.raises(RefusedOperation, match="not among the probes"):
        client_for(None, "bedrock-runtime", "Converse", "eu-central-1", None)
