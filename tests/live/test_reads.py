"""The table of reads against botocore's models and the catalog of IAM actions."""

from __future__ import annotations

import botocore.session
import pytest

from bedrock_doctor.app import read_permissions
from bedrock_doctor.catalog.service_authorization import action, services_in_full
from bedrock_doctor.live.permissions import read_policy
from bedrock_doctor.live.readonly import RefusedOperation, refuse_writes
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
