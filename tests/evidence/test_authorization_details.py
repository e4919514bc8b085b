"""Answers of GetRequestAuthorizationDetails: the strongest evidence, check by check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_doctor.evidence import evidence_of, explain
from bedrock_doctor.evidence.authorization_details import find_details
from bedrock_doctor.model.finding import Layer

GATEWAY = "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/rag"
SCP = "arn:aws:organizations::999900001111:policy/o-abcdefghij/service_control_policy/p-8f3k2q1m"
MODEL = "arn:aws:bedrock:eu-north-1::foundation-model/anthropic.claude-sonnet-4-6"
UNIT = "arn:aws:organizations::999900001111:ou/o-abcdefghij/ou-ab12-prod"


def answer(*checks: dict[str, Any], action: str = "bedrock:InvokeModel") -> dict[str, Any]:
    return {
        "requestContext": {"aws:PrincipalArn": [GATEWAY], "aws:RequestedRegion": ["eu-north-1"]},
        "evaluations": [
            {"action": action, "resource": MODEL, "evaluatedEffect": "EXPLICIT_DENY", "checks": checks},
            {"action": "bedrock:ListTags", "resource": "*", "evaluatedEffect": "ALLOW", "checks": []},
        ],
        "policies": [
            {"type": "SERVICE_CONTROL_POLICY", "inline": False, "uri": SCP,
             "attachedTo": [{"arn": UNIT}]},
            {"type": "IDENTITY_BASED_POLICY", "inline": True, "uri": "opaque-1",
             "attachedTo": [{"arn": GATEWAY}]},
        ],
    }  # fmt: skip


DENIED_BY_SCP = {
    "checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "EXPLICIT_DENY", "targetArn": UNIT,
    "matchedPolicies": [
        {"uri": SCP, "matchedStatements": [{"sid": "Fence", "evaluatedEffect": "DENY"}]}
    ],
}  # fmt: skip


@pytest.mark.parametrize(("check", "layer"), [
    ("SERVICE_CONTROL_POLICY", Layer.SCP), ("RESOURCE_CONTROL_POLICY", Layer.RCP),
    ("VPC_ENDPOINT", Layer.ENDPOINT), ("RESOURCE", Layer.RESOURCE), ("PRINCIPAL", Layer.IDENTITY),
    ("PERMISSIONS_BOUNDARY", Layer.BOUNDARY), ("SESSION", Layer.SESSION),
])  # fmt: skip
def test_each_check_type_of_aws_is_one_of_our_layers(check: str, layer: Layer) -> None:
    """AWS-documented check types (model iam-toolbox of 2018-05-10 in botocore 1.44.5)."""
    found = evidence_of(
        json.dumps(answer({"checkType": check, "evaluatedEffect": "IMPLICIT_DENY"}))
    )
    assert [layer] == [denial.layer for denial in found]
    assert [denial.explicit for denial in found] == [False]


def test_every_check_that_was_not_met_is_a_denial_of_its_own() -> None:
    """AWS-documented: the answer shows all checks, so further blockers are known at once."""
    details = answer(
        DENIED_BY_SCP,
        {"checkType": "PERMISSIONS_BOUNDARY", "evaluatedEffect": "IMPLICIT_DENY"},
        {"checkType": "PRINCIPAL", "evaluatedEffect": "ALLOW"},
        {"checkType": "SESSION", "evaluatedEffect": "NO_IMPACT"},
    )
    found = evidence_of(json.dumps(details))
    assert [(denial.layer, denial.explicit, denial.policy_arn) for denial in found] == [
        (Layer.SCP, True, SCP),
        (Layer.BOUNDARY, False, ""),
    ]
    assert {GATEWAY} == {denial.principal for denial in found}
    messages = explain(json.dumps(details)).messages
    assert [message.source for message in messages] == ["authorization-details"] * 2
    assert all(message.settled for message in messages)


def test_policies_and_their_documents_are_kept_for_the_engine() -> None:
    """AWS-documented: GetRequestAuthorizationPolicy returns a policy by its uri."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*"}]}
    value = [answer(DENIED_BY_SCP), {"policyUri": SCP, "policyDocument": document}]
    details = next(find_details(value))
    assert [(SCP, False, document), ("opaque-1", True, None)] == [
        (policy.uri, policy.inline, policy.document) for policy in details.policies
    ]
    assert details.policies[0].attached_to == (UNIT,)
    assert details.denied[0].checks[0].statements == (f"{SCP}#Fence",)
    assert details.denied[0].checks[0].target == UNIT


def test_the_resource_check_of_an_assumption_is_the_trust_policy() -> None:
    """AWS-documented: the resource-based policy of a role is its trust policy."""
    check = {"checkType": "RESOURCE", "evaluatedEffect": "IMPLICIT_DENY"}
    found = evidence_of(json.dumps(answer(check, action="sts:AssumeRole")))
    assert [denial.layer for denial in found] == [Layer.TRUST]


@pytest.mark.parametrize("broken", [
    {"requestContext": None, "evaluations": []},
    {"requestContext": {}, "evaluations": [None, 7, {"evaluatedEffect": "IMPLICIT_DENY"}]},
    {"requestContext": {}, "evaluations": [{"checks": [{"checkType": "NEW", "evaluatedEffect":
                                                        "IMPLICIT_DENY"}]}]},
    {"requestContext": {}, "evaluations": [{"checks": None}], "policies": "none"},
])  # fmt: skip
def test_unknown_or_broken_shapes_give_no_denial(broken: dict[str, Any]) -> None:
    """A preview may change: what is not understood is not used."""
    assert evidence_of(json.dumps(broken)) == ()
