"""The catalog covers one partition; of the others an audit knows what the snapshot lists."""

from __future__ import annotations

import pytest

from bedrock_doctor import app
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.audit import Access
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    FoundationModel,
    IamEntity,
    Organization,
    Snapshot,
)
from tests.audit.organizations import ACCOUNTS, MANAGEMENT, document

ONE = ACCOUNTS[0]
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
PARTITIONS = [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")]


def snapshot(partition: str, listed: dict[str, BedrockRegion]) -> Snapshot:
    """One role that may call everything of its partition."""
    allow = {"Effect": "Allow", "Action": "bedrock:*", "Resource": f"arn:{partition}:bedrock:*"}
    policy = document(PolicyKind.INLINE, "p", allow)
    arn = f"arn:{partition}:iam::{ONE}:role/r"
    role = IamEntity(arn, "r", policies=(policy,), tags={})
    account = Account(ONE, roles={"r": role}, iam_complete=True, bedrock=listed)
    alone = Organization("o-test", MANAGEMENT, "ALL", policy_types=frozenset(), members={ONE: ""})
    return Snapshot({ONE: account}, (alone,))


@pytest.mark.parametrize(("partition", "region"), PARTITIONS)
def test_where_no_model_is_known_nobody_is_said_to_reach_none(partition: str, region: str) -> None:
    """No answer would be a wrong one."""
    with pytest.raises(UsageError, match=f"no model of partition {partition} is known"):
        app.audit(snapshot(partition, {region: BedrockRegion(region)}))


@pytest.mark.parametrize(("partition", "region"), PARTITIONS)
def test_models_that_the_snapshot_lists_are_routes(partition: str, region: str) -> None:
    """As ListFoundationModels tells them, and the limits say that there are no others."""
    models = {HAIKU: FoundationModel(HAIKU, ("ON_DEMAND",))}
    found = app.audit(snapshot(partition, {region: BedrockRegion(region, models=models)}))

    assert [(route.model, route.region) for route in found.routes] == [(HAIKU, region)]
    assert {entry.access for entry in found.classes} == {Access.ALLOWED}
    assert partition in found.limits[0]
