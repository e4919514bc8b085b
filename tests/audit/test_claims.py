"""Somebody who stands for a whole account or for anybody has what a condition asks for, perhaps."""

from __future__ import annotations

from typing import Any

import pytest

from bedrock_doctor.model.audit import Access
from tests.audit.organizations import ACCOUNTS, FOREIGN
from tests.audit.test_trust import audited, role, steps, trust

ONE = ACCOUNTS[0]
ROOT = f"arn:aws:iam::{FOREIGN}:root"
LIKE = "ForAnyValue:StringLike"


def entries(principal: str, condition: dict[str, dict[str, str]], **held: Any) -> dict[str, Any]:
    """Who else comes through a trust policy, and on which key that depends."""
    one = role(ONE, "r", trust({"AWS": principal}, **condition))
    return {
        source: (access, keys)
        for (source, _), (access, keys) in steps(audited(one, **held)).items()
    }


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("aws:PrincipalArn", "ArnLike", f"arn:aws:iam::{FOREIGN}:role/deploy"),
        ("aws:PrincipalArn", "ArnNotLike", f"arn:aws:iam::{FOREIGN}:role/an*"),
        ("aws:PrincipalArn", "StringLike", "*:role/deploy"),
        ("aws:PrincipalType", "StringEquals", "User"),
        ("aws:username", "StringEquals", "deploy"),
        ("aws:userid", "StringLike", "AIDA*"),
        ("aws:PrincipalOrgID", "StringEquals", "o-partner00"),
        ("aws:PrincipalOrgPaths", LIKE, "o-partner00/*"),
    ],
)
def test_who_of_an_account_comes_in_is_not_known(key: str, operator: str, value: str) -> None:
    """A trusted account may have the user, the role or the organization that is asked for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    assert entries(ROOT, {operator: {key: value}}) == {ROOT: (Access.UNKNOWN, {key})}


def test_what_is_known_of_an_account_stays_certain() -> None:
    """It is no member, its ARNs hold its id, and a named role has one ARN."""
    named = f"arn:aws:iam::{FOREIGN}:role/x"

    assert not entries(ROOT, {"StringEquals": {"aws:PrincipalOrgID": "o-test"}})
    assert not entries(ROOT, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ONE}:role/*"}})
    assert not entries(named, {"ArnEquals": {"aws:PrincipalArn": f"{named}y"}})
    assert entries(named, {"ArnEquals": {"aws:PrincipalArn": named}}) == {
        named: (Access.ALLOWED, set())
    }


def test_accounts_that_conditions_name_come_in_by_name() -> None:
    """Anybody may ask, and the conditions say whose requests pass."""
    whole = entries("*", {"StringEquals": {"aws:PrincipalAccount": FOREIGN}})
    one = entries("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{FOREIGN}:role/x"}})
    own = entries("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ONE}:role/x"}})

    assert whole == {ROOT: (Access.ALLOWED, set())}
    assert one == {ROOT: (Access.UNKNOWN, {"aws:PrincipalArn"})}
    assert not own


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("aws:PrincipalArn", "ArnLike", "arn:aws:iam::*:role/deploy"),
        ("aws:PrincipalAccount", "StringLike", "7777*"),
        ("aws:PrincipalOrgID", "StringEquals", "o-partner00"),
    ],
)
def test_conditions_that_leave_the_account_open_may_let_anybody_in(
    key: str, operator: str, value: str
) -> None:
    """A role of that name, or an organization, can be anybody's."""
    assert entries("*", {operator: {key: value}}) == {"*": (Access.UNKNOWN, {key})}
