"""Accounts that are let in under conditions that tell their principals apart, and whom not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .test_trusts import CERTAIN, NONE, PERHAPS, ROOT, trusted
from .world import (
    HOME,
    ORGANIZATION,
    SISTER,
    VENDOR,
    organization,
    role,
    snapshot,
    statement,
    surprises,
)

OWN_ID, STRANGE_ID = "AROAGATEWAYGATEWAY001", "AIDAVENDORVENDOR00001"
PARTNER = "o-partner0000"
ACCESS, DEPUTY, ANYBODY = (
    "foreign-account-with-access",
    "foreign-trust-without-condition",
    "trust-of-anybody",
)


def told(kind: str, *statements: Any, **org: Any) -> Any:
    """The surprises of a kind, for a role with these trust statements and a known id."""
    own = replace(role(trust=list(statements)), unique_id=OWN_ID)
    return surprises(snapshot(own, org=organization(**org)), kind=kind)


def asked(kind: str, *statements: Any, **org: Any) -> list[bool]:
    return [entry.certain for entry in told(kind, *statements, **org)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalType": "User"}}, CERTAIN),
        ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, CERTAIN),
        ({"StringNotEquals": {"aws:PrincipalType": "AssumedRole"}}, CERTAIN),
        ({"StringEquals": {"aws:PrincipalType": "Account"}}, NONE),
        ({"StringEquals": {"aws:username": "deploy"}}, CERTAIN),
        ({"StringLike": {"aws:username": "ops-*"}}, CERTAIN),
        ({"StringEquals": {"aws:username": "no user name"}}, NONE),
        ({"StringEquals": {"aws:username": "deploy", "aws:PrincipalType": "AssumedRole"}}, NONE),
        ({"StringEquals": {"aws:userid": STRANGE_ID}}, PERHAPS),
        ({"StringLike": {"aws:userid": "AROASTRANGESTRANGE001:*"}}, PERHAPS),
        ({"StringLike": {"aws:userid": "*:audit"}}, CERTAIN),
        ({"StringLike": {"aws:userid": f"{OWN_ID}:*"}}, NONE),
        ({"StringNotLike": {"aws:userid": f"{OWN_ID}:*"}}, CERTAIN),
        ({"StringEquals": {"aws:userid": VENDOR}}, NONE),
        ({"StringEquals": {"aws:userid": STRANGE_ID, "aws:PrincipalType": "AssumedRole"}}, NONE),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:user/ops/*"}}, CERTAIN),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [ACCESS, DEPUTY])
def test_any_principal_of_a_foreign_account_may_be_meant(
    condition: Any, expected: list[bool], kind: str
) -> None:
    """A user of any name can be made, a unique id cannot be chosen; a root user assumes no role:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    assert asked(kind, trusted({"AWS": ROOT}, condition)) == expected


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ("user/ops", {"StringEquals": {"aws:PrincipalType": "User"}}, CERTAIN),
        ("user/ops", {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, NONE),
        ("user/ops", {"StringEquals": {"aws:username": "ops"}}, CERTAIN),
        ("user/ops", {"StringEquals": {"aws:username": "deploy"}}, NONE),
        ("user/ops", {"StringEquals": {"aws:userid": STRANGE_ID}}, PERHAPS),
        ("role/ops", {"StringEquals": {"aws:PrincipalType": "User"}}, NONE),
        ("role/ops", {"StringEquals": {"aws:username": "ops"}}, NONE),
        ("role/ops", {"StringEquals": {"aws:userid": STRANGE_ID}}, NONE),
    ],
)
def test_one_principal_of_a_foreign_account_is_what_its_arn_says(
    principal: str, condition: Any, expected: list[bool]
) -> None:
    """A role has no user name, and its id does not begin like that of a user."""
    statements = trusted({"AWS": f"arn:aws:iam::{VENDOR}:{principal}"}, condition)
    assert asked(ACCESS, statements) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"), [("*:bob", NONE), ("*:alice", CERTAIN), ("*:al*", CERTAIN)]
)
def test_the_id_of_a_named_session_ends_with_its_name(pattern: str, expected: list[bool]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    session = f"arn:aws:sts::{VENDOR}:assumed-role/ops/alice"
    statements = trusted({"AWS": session}, {"StringLike": {"aws:userid": pattern}})
    assert asked(ACCESS, statements) == expected


def test_an_id_of_nobody_who_is_held_is_named_with_what_would_tell() -> None:
    """Whose it is, the other account's lists of roles and users say."""
    (found,) = told(ACCESS, trusted({"AWS": ROOT}, {"StringEquals": {"aws:userid": STRANGE_ID}}))
    assert found.unsure == (
        "the value of aws:userid (aws iam list-roles and list-users of the account that calls tell "
        f"whose id {STRANGE_ID} is)",
    )


def test_a_deny_of_all_other_user_names_leaves_one() -> None:
    """Candidates are taken from every statement; the engine says who of them passes."""
    fence = statement("Deny", Principal="*", Action="sts:AssumeRole",
                      Condition={"StringNotLike": {"aws:username": "scanner-*"}})  # fmt: skip
    assert asked(ACCESS, trusted({"AWS": ROOT}), fence) == CERTAIN
    roles = {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}
    assert asked(ACCESS, trusted({"AWS": ROOT}, roles), fence) == NONE


@pytest.mark.parametrize("members", [True, False])
@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        (ROOT, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, NONE),
        (ROOT, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}, NONE),
        (ROOT, {"StringEquals": {"aws:PrincipalOrgID": PARTNER}}, PERHAPS),
        (ROOT, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{PARTNER}/r-1/ou-?/*"}},
         PERHAPS),
        (ROOT, {"StringNotEquals": {"aws:PrincipalOrgID": PARTNER}}, PERHAPS),
        (ROOT, {"Null": {"aws:PrincipalOrgID": "true"}}, PERHAPS),
        (f"arn:aws:iam::{SISTER}:root", {"StringEquals": {"aws:PrincipalOrgID": PARTNER}}, NONE),
    ],
)  # fmt: skip
def test_the_organization_of_a_foreign_account_is_not_known(
    principal: str, condition: Any, expected: list[bool], members: bool
) -> None:
    """Who is of the own organization is no stranger, and who is not is kept out by a condition on
    it: there the answer does not depend on whether the list of members was collected."""
    assert asked(ACCESS, trusted({"AWS": principal}, condition), members=members) == expected


def test_without_its_organization_nobody_knows_who_is_meant() -> None:
    """The condition may name the organization of the role, or another one."""
    held = snapshot(role(trust=[trusted({"AWS": ROOT},
                    {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})]))  # fmt: skip
    (found,) = surprises(replace(held, organizations=()), kind=ACCESS)
    assert not found.certain
    assert any("describe-organization" in fact for fact in found.unsure)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [(f"{PARTNER}/r-ab12/ou-ab12-1/*", CERTAIN), (f"{ORGANIZATION}/r-ab12/*", NONE)],
)
def test_a_unit_of_another_organization_counts_as_foreign(paths: str, expected: list[bool]) -> None:
    """Named by its path:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    condition = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": paths}}
    assert asked(ACCESS, trusted("*", condition)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalType": "User"}}, CERTAIN),
        ({"StringEquals": {"aws:PrincipalType": "Account"}}, NONE),
        ({"StringEquals": {"aws:username": "deploy"}}, CERTAIN),
        ({"StringLike": {"aws:userid": "*:audit"}}, CERTAIN),
        ({"StringEquals": {"aws:userid": STRANGE_ID}}, PERHAPS),
        ({"StringLike": {"aws:userid": f"{OWN_ID}:*"}}, NONE),
        ({"StringEquals": {"aws:userid": HOME}}, NONE),
    ],
)
def test_a_door_for_users_or_ids_of_anybody(condition: Any, expected: list[bool]) -> None:
    """The same for everybody: any account can make a user of that name."""
    assert asked(ANYBODY, trusted({"AWS": "*"}, condition)) == expected


def test_an_rcp_that_asks_for_a_user_name_is_counted() -> None:
    """RCPs bind whoever assumes the role, so what they ask for is tried as well."""
    fence = statement("Deny", Principal="*", Action="sts:*", Resource="*",
                      Condition={"StringNotEquals": {"aws:username": "scanner"}})  # fmt: skip
    assert asked(ACCESS, trusted({"AWS": ROOT}), rcp=[fence]) == CERTAIN
