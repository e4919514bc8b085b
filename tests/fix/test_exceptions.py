"""What a spared caller stays denied: a copy of the Deny without what the attempt needs."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.model.source import Source
from tests.fix.organizations import ALL, CALLER, ROLE, SOURCE, organization

ENTRY = ROLE.replace("gateway", "entry")


def rest_of(deny: dict[str, Any]) -> dict[str, Any]:
    """The statement that a plan adds beside a Deny of the caller's own policy."""
    seed = next(n for n in count() if organization(n)[2] == ("caller denied",))
    attempt, snapshot, _ = organization(seed)
    account = snapshot.accounts[SOURCE]
    role = account.roles["rag-api"]
    text = json.dumps({"Version": "2012-10-17", "Statement": [ALL, {"Effect": "Deny", **deny}]})
    policy = replace(role.policies[0], source=Source(text))
    roles = {"rag-api": replace(role, policies=(policy,))}
    held = {**snapshot.accounts, SOURCE: replace(account, roles=roles)}
    snapshot = replace(snapshot, accounts=held)
    plan = app.fix(app.diagnose(attempt, snapshot), snapshot, alternatives=False)
    assert plan.proved
    (change,) = plan.documents
    rest: dict[str, Any] = json.loads(change.after)["Statement"][-1]
    assert rest.pop("Condition") == {"ArnEquals": {"aws:PrincipalArn": CALLER}}
    assert rest.pop("Effect") == "Deny"
    return rest


@pytest.mark.parametrize(
    ("deny", "rest"),
    [
        ({"Action": "sts:*", "Resource": "*"}, {"Action": "sts:*", "NotResource": [ROLE]}),
        ({"Action": "sts:*", "Resource": [ROLE, ENTRY]}, {"Action": "sts:*", "Resource": [ENTRY]}),
        ({"Action": "sts:*", "NotResource": ENTRY},
         {"Action": "sts:*", "NotResource": [ENTRY, ROLE]}),
        ({"Action": ["STS:assumerole", "iam:*"], "Resource": ROLE.replace("way", "*")},
         {"Action": ["iam:*"], "Resource": ROLE.replace("way", "*")}),
        ({"Action": "*", "Resource": ROLE.replace("way", "*")},
         {"NotAction": ["sts:AssumeRole"], "Resource": ROLE.replace("way", "*")}),
        ({"NotAction": "iam:*", "Resource": ROLE.replace("way", "*")},
         {"NotAction": ["iam:*", "sts:AssumeRole"], "Resource": ROLE.replace("way", "*")}),
    ],
)  # fmt: skip
def test_a_copied_deny_leaves_out_what_the_attempt_needs(
    deny: dict[str, Any], rest: dict[str, Any]
) -> None:
    """Resources are left out where the Deny lists or covers them all, else actions, in any case:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html"""
    assert rest_of(deny) == rest
