"""Policies that were compiled once, at one resource after another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_doctor.evaluate.authorize import authorize, decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Level, Policies, Readable, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Outcome

OWN, OTHER = "111122223333", "444455556666"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/one"
ROLE = f"arn:aws:iam::{OTHER}:role/gateway"


def document(kind: PolicyKind, **elements: Any) -> PolicyDocument:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Action": "*", **elements}
    if kind is not PolicyKind.TRUST:
        statement.setdefault("Resource", "*")
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return PolicyDocument(PolicyRef(kind, "P"), Source(text))


TRUST = document(PolicyKind.TRUST, Principal={"AWS": OWN})
CLOSED = document(PolicyKind.TRUST, Principal={"AWS": OTHER})
FENCE = Level(
    "r", "Root", (document(PolicyKind.RCP, Effect="Deny", Action="sts:*", Principal="*"),)
)
NONE = NotApplicable("no organization")
GAP = Missing("the RCPs", "organizations:ListPoliciesForTarget", OTHER)


@pytest.mark.parametrize(
    ("trust", "rcp", "expected"),
    [
        (TRUST, NONE, Outcome.ALLOWED),
        (CLOSED, NONE, Outcome.IMPLICITLY_DENIED),
        (None, NONE, Outcome.IMPLICITLY_DENIED),
        (TRUST, (FENCE,), Outcome.EXPLICITLY_DENIED),
        (TRUST, GAP, Outcome.UNKNOWN),
    ],
)
def test_the_callers_side_is_taken_to_another_resource(
    trust: Readable | None,
    rcp: tuple[Level, ...] | NotApplicable | Missing,
    expected: Outcome,
) -> None:
    """Our choice: the answers are those of policies that are compiled anew, also after others."""
    side = CompiledPolicies(
        Policies(
            identity=(document(PolicyKind.INLINE),),
            boundary=document(PolicyKind.BOUNDARY, Action="sts:*"),
        )
    )
    asked = Request(parse_principal(SESSION), "sts:AssumeRole", ROLE, OTHER, Context.of({}))
    assert decide(side, asked).outcome is Outcome.IMPLICITLY_DENIED
    there = side.at(trust, rcp)
    assert decide(there, asked) == authorize(asked, there.source)
    assert decide(there, asked).outcome is expected
    assert decide(side, asked).outcome is Outcome.IMPLICITLY_DENIED


def test_a_boundary_that_was_not_collected_leaves_not_principal_open_at_every_resource() -> None:
    """B7: whoever has a boundary is denied, whoever is listed."""
    listed = [SESSION, f"arn:aws:iam::{OWN}:role/app", OWN]
    policy = document(PolicyKind.RESOURCE, Effect="Deny", NotPrincipal={"AWS": listed})
    bucket = "arn:aws:s3:::bucket/key"
    asked = Request(parse_principal(SESSION), "s3:GetObject", bucket, OWN, Context.of({}))
    for boundary, expected in (
        (None, Outcome.ALLOWED),
        (document(PolicyKind.BOUNDARY), Outcome.EXPLICITLY_DENIED),
        (Missing("the boundary", "iam:GetPolicy", OWN), Outcome.UNKNOWN),
    ):
        own = (document(PolicyKind.INLINE),)
        side = CompiledPolicies(Policies(identity=own, boundary=boundary))
        assert decide(side.at(policy, NONE), asked).outcome is expected


def test_a_condition_answers_alike_however_many_values_it_has_met() -> None:
    """Our choice: what is remembered of values is bounded, and changes no answer."""
    teams = {"StringLike": {"aws:PrincipalTag/team": "team-1*"}}
    held = CompiledPolicies(Policies(identity=(document(PolicyKind.INLINE, Condition=teams),)))
    names = [f"team-{number}" for number in range(150)] * 2
    for name in (*names, "team-1" + "0" * 300):
        context = Context.of({"aws:PrincipalTag/team": name})
        asked = Request(parse_principal(SESSION), "bedrock:InvokeModel", "*", None, context)
        allowed = decide(held, asked).outcome is Outcome.ALLOWED
        assert allowed == name.startswith("team-1"), name
