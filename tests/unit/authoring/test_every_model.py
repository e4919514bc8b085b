"""Every model of the catalog in every Region that takes its bare id, and every partition."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bedrock_doctor.authoring.draft import Part
from bedrock_doctor.authoring.write import write_policies
from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.model.attempt import Attempt, HopOptions, Operation
from bedrock_doctor.model.snapshot import Snapshot

ATTEMPT = Attempt(
    "arn:aws:iam::111122223333:role/app",
    ("arn:aws:iam::444455556666:role/team/gateway",),
    "amazon.nova-lite-v1:0",
    "us-east-1",
    hops=(HopOptions(external_id="acme"),),
)
RUNTIME = (Operation.CONVERSE, Operation.CONVERSE_STREAM)
WAYS = [
    *(
        (operation, model, region)
        for operation, (model, held) in product(RUNTIME, bedrock_models.models().items())
        for region in held.on_demand
    ),
    *(
        (Operation.MANTLE_INFERENCE, model, region)
        for model, held in bedrock_models.models().items()
        for region in held.mantle
    ),
]


@pytest.mark.parametrize("region", sorted({region for _, _, region in WAYS}))
def test_every_model_that_takes_its_bare_id_is_proved(region: str) -> None:
    """A draft that does not prove itself raises; what is granted is named, never starred."""
    asked = [(operation, model) for operation, model, where in WAYS if where == region]
    assert asked
    for operation, model in asked:
        way = replace(ATTEMPT, model=model, region=region, operation=operation)
        draft = write_policies(way, Snapshot())
        documents = {policy.part: policy.document for policy in draft.policies}
        for part in (Part.ROLE, Part.TRUST, Part.CALLER, Part.ENDPOINT):
            assert "*" not in str(documents[part])
        assert Part.SCP not in documents
        assert model in str(documents[Part.ROLE])


@pytest.mark.parametrize(
    ("partition", "region"),
    [
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-eusc", "eusc-de-east-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-iso", "us-iso-east-1"),
    ],
)
def test_arns_are_those_of_the_partition(partition: str, region: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
    caller, role = (
        arn.replace("arn:aws:", f"arn:{partition}:") for arn in (ATTEMPT.caller, *ATTEMPT.roles)
    )
    draft = write_policies(
        replace(ATTEMPT, caller=caller, roles=(role,), region=region), Snapshot()
    )
    text = str([policy.document for policy in draft.policies])
    assert f"arn:{partition}:bedrock:{region}::foundation-model/{ATTEMPT.model}" in text
    assert "arn:aws:" not in text
