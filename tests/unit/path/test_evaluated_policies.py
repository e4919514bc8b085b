"""Policies of AWS's own evaluation join what was collected, and claim no more than they show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_doctor.evidence import evaluated_policies
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
from bedrock_doctor.path.evaluated_policies import with_policies

ROLE = "arn:aws:iam::444455556666:role/team/gateway"
ORG = "arn:aws:organizations::999900001111"
DENY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"},
}


def policy(kind: str, holder: str, uri: str = "arn:aws:iam::444455556666:policy/P") -> Any:
    return EvaluatedPolicy(uri, kind, inline=False, attached_to=(holder,), document=DENY)


def names(documents: Any) -> list[str]:
    return [d.ref.name if isinstance(d, PolicyDocument) else "missing" for d in documents]


def test_a_policy_of_a_role_that_nobody_collected() -> None:
    """The role's other policies stay unknown beside it."""
    found = with_policies(Snapshot(), [policy("IDENTITY_BASED_POLICY", ROLE)])
    role = found.accounts["444455556666"].roles["gateway"]
    assert role.arn == ROLE
    assert names(role.policies) == ["missing", "P"]
    assert isinstance(role.trust, Missing)
    assert isinstance(role.boundary, Missing)


def test_a_boundary_and_a_trust_policy_are_the_only_ones() -> None:
    """A role has one boundary and one trust policy, so they end the question."""
    found = with_policies(
        Snapshot(), [policy("PERMISSIONS_BOUNDARY", ROLE), policy("RESOURCE_BASED_POLICY", ROLE)]
    )
    role = found.accounts["444455556666"].roles["gateway"]
    assert isinstance(role.boundary, PolicyDocument)
    assert isinstance(role.trust, PolicyDocument)
    assert role.trust.ref.kind is PolicyKind.TRUST


def test_what_was_collected_stays() -> None:
    """A snapshot knows the whole list; the same policy is not added twice."""
    entity = IamEntity(ROLE, "gateway")
    snapshot = Snapshot({"444455556666": Account("444455556666", roles={"gateway": entity})})
    added = policy("IDENTITY_BASED_POLICY", ROLE)
    once = with_policies(snapshot, [added])
    assert names(once.accounts["444455556666"].roles["gateway"].policies) == ["P"]
    assert with_policies(once, [added]) == once
    assert with_policies(snapshot, [policy("PERMISSIONS_BOUNDARY", ROLE)]) == snapshot


@pytest.mark.parametrize(
    ("holder", "target"),
    [
        (f"{ORG}:account/o-abc123def4/444455556666", "444455556666"),
        (f"{ORG}:ou/o-abc123def4/ou-ab12-apps0001", "ou-ab12-apps0001"),
        (f"{ORG}:root/o-abc123def4/r-ab12", "r-ab12"),
    ],
)
def test_an_scp_at_its_level(holder: str, target: str) -> None:
    """Other SCPs of that level may exist: the list stays incomplete."""
    uri = f"{ORG}:policy/o-abc123def4/service_control_policy/p-12345678"
    found = with_policies(Snapshot(), [policy("SERVICE_CONTROL_POLICY", holder, uri)])
    (org,) = found.organizations
    assert org.management_account == "999900001111"
    assert names(org.scps[target]) == ["missing", "p-12345678"]
    assert with_policies(found, [policy("SERVICE_CONTROL_POLICY", holder, uri)]) == found


@pytest.mark.parametrize(
    "odd",
    [
        EvaluatedPolicy("x", "SESSION_POLICY", True, (ROLE,), DENY),
        EvaluatedPolicy("x", "IDENTITY_BASED_POLICY", True, (ROLE,), None),
        EvaluatedPolicy("x", "IDENTITY_BASED_POLICY", True, ("no arn",), DENY),
        EvaluatedPolicy("x", "RESOURCE_BASED_POLICY", True, ("arn:aws:s3:::bucket",), DENY),
        EvaluatedPolicy("x", "IDENTITY_BASED_POLICY", True, (f"{ROLE[:30]}group/g",), DENY),
    ],
)
def test_what_cannot_be_placed_changes_nothing(odd: EvaluatedPolicy) -> None:
    """Without document, holder or place in a snapshot."""
    assert with_policies(Snapshot(), [odd]).organizations == ()


def test_policies_are_read_from_the_answers_of_both_operations() -> None:
    """GetRequestAuthorizationPolicy lends the documents by uri."""
    details = {
        "requestContext": {},
        "evaluations": [],
        "policies": [{"type": "IDENTITY_BASED_POLICY", "uri": "u", "attachedTo": [{"arn": ROLE}]}],
    }
    document = {"policyUri": "u", "policyDocument": DENY}
    (read,) = evaluated_policies(json.dumps([details, document]))
    assert (read.document, read.attached_to) == (DENY, (ROLE,))
    (bare,) = evaluated_policies(json.dumps(details))
    assert bare.document is None
    assert evaluated_policies("no JSON") == ()
