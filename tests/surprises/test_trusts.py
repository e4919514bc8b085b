"""Whom the trust policies of roles that reach a model let in, and whom not."""

from __future__ import annotations

from typing import Any

import pytest

from bedrock_doctor.model.audit import Access

from .world import (
    HOME,
    ORGANIZATION,
    ROLE,
    SISTER,
    VENDOR,
    audit,
    organization,
    role,
    snapshot,
    statement,
    surprises,
)

GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"
ROOT = f"arn:aws:iam::{VENDOR}:root"
OUTSIDE_ORGANIZATION = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}}


def trusted(principal: Any, condition: Any = None, action: str = "sts:AssumeRole") -> Any:
    """An Allow of a trust policy."""
    elements = {"Principal": principal, "Action": action}
    return statement(**elements, **({"Condition": condition} if condition else {}))


def asked(kind: str, *statements: Any, **org: Any) -> list[bool]:
    """Whether each surprise of a kind is certain, for a role with these trust statements."""
    held = snapshot(role(trust=list(statements)), org=organization(**org))
    return [entry.certain for entry in surprises(held, kind=kind)]


CERTAIN, PERHAPS, NONE = [True], [False], []


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ({"AWS": ROOT}, None, CERTAIN),
        ({"AWS": VENDOR}, None, CERTAIN),
        ({"AWS": f"arn:aws:iam::{VENDOR}:role/scanner"}, None, CERTAIN),
        ({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "ours"}}, NONE),
        ({"AWS": ROOT}, {"StringLike": {"sts:ExternalId": "*"}}, CERTAIN),
        ({"AWS": ROOT}, {"StringEqualsIfExists": {"sts:ExternalId": "ours"}}, CERTAIN),
        ({"AWS": ROOT}, {"StringNotEquals": {"sts:ExternalId": "theirs"}}, CERTAIN),
        ({"AWS": ROOT}, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, NONE),
        ({"AWS": ROOT}, {"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}, NONE),
        ({"AWS": ROOT}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, CERTAIN),
        ({"AWS": ROOT}, {"StringEquals": {"aws:PrincipalTag/vendor": "x"}}, PERHAPS),
        ({"AWS": f"arn:aws:iam::{SISTER}:root"}, None, NONE),
        ({"AWS": f"arn:aws:iam::{HOME}:root"}, None, NONE),
        ({"Service": "ec2.amazonaws.com"}, None, NONE),
    ],
)  # fmt: skip
def test_a_vendor_that_acts_for_anybody_is_told(
    principal: Any, condition: Any, expected: list[bool]
) -> None:
    """Confused deputy: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"""
    assert asked("foreign-trust-without-condition", trusted(principal, condition)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, CERTAIN),
        ({"StringEquals": {"sts:ExternalId": "ours"}}, CERTAIN),
        ({"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, NONE),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:role/sc*"}}, CERTAIN),
        ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:user/u"}}, CERTAIN),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:role/*"}}, NONE),
    ],
)
def test_a_foreign_account_counts_also_with_its_external_id(
    condition: Any, expected: list[bool]
) -> None:
    """Our choice: access of another organization is told however well it is guarded."""
    statements = trusted({"AWS": ROOT}, condition)
    assert asked("foreign-account-with-access", statements) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": VENDOR}}, CERTAIN),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:role/*"}}, CERTAIN),
        ({"StringNotEquals": {"aws:PrincipalAccount": VENDOR}}, NONE),
        ({"StringEquals": {"aws:PrincipalAccount": HOME}}, NONE),
        ({"StringEquals": {"aws:PrincipalAccount": [SISTER, HOME]}}, NONE),
    ],
)
def test_an_account_that_a_condition_lets_in_is_foreign_too(
    condition: Any, expected: list[bool]
) -> None:
    """Everybody is named, and the condition says whose requests pass."""
    statements = trusted({"AWS": "*"}, condition)
    assert asked("foreign-account-with-access", statements) == expected
    assert asked("foreign-trust-without-condition", statements) == expected


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-partner0000"}}, CERTAIN),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION, "o-partner0000"]}},
         CERTAIN),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-partner0000",
                                "sts:ExternalId": "ours"}}, CERTAIN),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, NONE),
        ("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-partner0000"}}, NONE),
        ({"AWS": f"arn:aws:iam::{SISTER}:root"},
         {"StringEquals": {"aws:PrincipalOrgID": "o-partner0000"}}, NONE),
    ],
)  # fmt: skip
def test_another_organization_counts_as_foreign(
    principal: Any, condition: Any, expected: list[bool]
) -> None:
    """Let in by a condition on everybody:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    assert asked("foreign-account-with-access", trusted(principal, condition)) == expected


def test_without_the_list_of_members_an_account_is_perhaps_foreign() -> None:
    """Our choice: what was not collected may be the organization's own."""
    statements = trusted({"AWS": ROOT})
    for kind in ("foreign-account-with-access", "foreign-trust-without-condition"):
        assert asked(kind, statements, members=False) == PERHAPS
    held = snapshot(role(trust=[statements]), org=organization(members=False))
    told = surprises(held, kind="foreign-account-with-access")
    assert "member list was not collected" in told[0].unsure[0]


def test_an_rcp_that_keeps_strangers_out_is_counted() -> None:
    """RCPs bind sts:AssumeRole of strangers on own roles:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    fence = statement("Deny", Principal="*", Action="sts:*", Resource="*",
                      Condition=OUTSIDE_ORGANIZATION)  # fmt: skip
    for kind, principal in (
        ("foreign-account-with-access", {"AWS": ROOT}),
        ("foreign-trust-without-condition", {"AWS": ROOT}),
        ("trust-of-anybody", "*"),
    ):
        assert asked(kind, trusted(principal)) == CERTAIN
        assert asked(kind, trusted(principal), rcp=[fence]) == NONE


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ("*", None, CERTAIN),
        ({"AWS": "*"}, None, CERTAIN),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, NONE),
        ({"AWS": "*"}, {"StringNotEquals": {"aws:PrincipalOrgID": "o-else"}}, CERTAIN),
        ({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:role/*"}}, NONE),
        ({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ops-*"}}, CERTAIN),
        ({"AWS": "*"}, {"StringLike": {"aws:PrincipalArn": "arn:*"}}, CERTAIN),
        ({"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "not a secret"}}, PERHAPS),
        ({"AWS": "*"}, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, NONE),
        ({"AWS": "*"}, {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, CERTAIN),
        ({"AWS": "*"}, {"StringEquals": {"aws:SourceVpce": "vpce-1"}}, NONE),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalTag/team": "ai"}}, PERHAPS),
        ({"AWS": [ROOT, "*"]}, None, CERTAIN),
        ({"AWS": ROOT}, None, NONE),
    ],
)  # fmt: skip
def test_a_door_that_stands_open_is_told(
    principal: Any, condition: Any, expected: list[bool]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    assert asked("trust-of-anybody", trusted(principal, condition)) == expected


@pytest.mark.parametrize(
    ("issuer", "condition", "expected"),
    [
        (GITHUB, None, CERTAIN),
        (GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, CERTAIN),
        (GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                  "StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}, NONE),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "*"}}, CERTAIN),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:*"}}, CERTAIN),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:acme*"}}, CERTAIN),
        (GITHUB, {"ForAllValues:StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}, NONE),
        (GITHUB, {"StringEquals": {f"{GITHUB}:repository_owner_id": "123"}}, NONE),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "ours"}}, NONE),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:sub": "123"}}, NONE),
        ("accounts.google.com", None, CERTAIN),
        ("oidc.eks.eu-west-1.amazonaws.com/id/AB",
         {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AB:aud": "sts.amazonaws.com"}},
         CERTAIN),
        ("oidc.eks.eu-west-1.amazonaws.com/id/AB",
         {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AB:sub":
                           "system:serviceaccount:ai:api"}}, NONE),
    ],
)  # fmt: skip
def test_a_token_of_somebody_else_is_told(
    issuer: str, condition: Any, expected: list[bool]
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html"""
    provider = f"arn:aws:iam::{HOME}:oidc-provider/{issuer}"
    if issuer == "accounts.google.com":
        provider = issuer
    found = trusted({"Federated": provider}, condition, "sts:AssumeRoleWithWebIdentity")
    assert asked("oidc-trust-without-subject", found) == expected


def test_a_saml_provider_is_no_oidc_provider() -> None:
    """Its assertions are made by the one identity provider that was registered."""
    provider = f"arn:aws:iam::{HOME}:saml-provider/corp"
    found = trusted({"Federated": provider}, None, "sts:AssumeRoleWithSAML")
    assert asked("oidc-trust-without-subject", found) == NONE


@pytest.mark.parametrize(
    ("service", "condition", "expected"),
    [
        ("bedrock.amazonaws.com", None, CERTAIN),
        ("bedrock.amazonaws.com", {"StringEquals": {"aws:SourceAccount": HOME}}, NONE),
        ("bedrock.amazonaws.com",
         {"ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:*:{HOME}:agent/*"}}, NONE),
        ("bedrock.amazonaws.com",
         {"ArnLike": {"aws:SourceArn": "arn:aws:bedrock:*:*:agent/*"}}, CERTAIN),
        ("bedrock.amazonaws.com", {"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}, NONE),
        ("bedrock.amazonaws.com", {"StringEqualsIfExists": {"aws:SourceAccount": HOME}}, NONE),
        ("ec2.amazonaws.com", None, NONE),
    ],
)  # fmt: skip
def test_a_service_that_acts_for_anybody_is_told(
    service: str, condition: Any, expected: list[bool]
) -> None:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html"""
    found = trusted({"Service": service}, condition)
    assert asked("service-trust-without-source", found) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("AROAJQABLZS4A3QDU576Q", CERTAIN),
        ("AIDAJQABLZS4A3QDU576Q", CERTAIN),
        (f"arn:aws:iam::{HOME}:role/gone", CERTAIN),
        (f"arn:aws:iam::{HOME}:user/gone", CERTAIN),
        (f"arn:aws:sts::{HOME}:assumed-role/gone/session", CERTAIN),
        (f"arn:aws:iam::{HOME}:role/other/path/gateway", CERTAIN),
        (ROLE, NONE),
        (f"arn:aws:sts::{HOME}:assumed-role/gateway/session", NONE),
        (f"arn:aws:iam::{SISTER}:role/not-collected", NONE),
        (f"arn:aws:iam::{HOME}:root", NONE),
    ],
)
def test_a_principal_that_is_gone_is_told(principal: str, expected: list[bool]) -> None:
    """Only what is certain:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    assert asked("dead-principal-in-trust", trusted({"AWS": principal})) == expected


def test_a_role_that_reaches_no_model_surprises_nobody() -> None:
    """An audit of models is not one of all trust policies; a doubt about reach is a doubt."""
    every = [
        trusted("*"),
        trusted({"AWS": [ROOT, "AROAJQABLZS4A3QDU576Q"]}),
        trusted({"Service": "bedrock.amazonaws.com"}),
        trusted({"Federated": PROVIDER}, None, "sts:AssumeRoleWithWebIdentity"),
    ]
    kinds = (
        "trust-of-anybody",
        "foreign-account-with-access",
        "foreign-trust-without-condition",
        "service-trust-without-source",
        "oidc-trust-without-subject",
    )
    held = snapshot(role(trust=every))
    for kind in kinds:
        assert surprises(held, audit(held, Access.BLOCKED), kind) == ()
        (told,) = surprises(held, audit(held, Access.UNKNOWN), kind)
        assert not told.certain
        assert told.unsure == ("whether gateway reaches a model",)


def test_a_surprise_points_to_the_entry_that_decides() -> None:
    """The statement by number and Sid, and the value underlined, as findings do."""
    found = {**trusted({"AWS": [f"arn:aws:iam::{SISTER}:root", ROOT]}), "Sid": "Vendors"}
    held = snapshot(role(trust=[trusted({"Service": "ec2.amazonaws.com"}), found]))
    (told,) = surprises(held, kind="foreign-account-with-access")
    place = told.place
    assert place is not None
    assert (place.statement, place.sid, place.policy.holder) == (2, "Vendors", ROLE)
    span = place.marks[0].span
    assert place.source.text[span.start : span.end] == f'"{ROOT}"'
    assert told.reached == ("amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0")
    assert told.owner_account == HOME


@pytest.mark.parametrize(
    ("condition", "said", "advised"),
    [
        (None, f"any customer of {GITHUB} may assume", "add a condition on"),
        ({"StringLike": {f"{GITHUB}:sub": "repo:acme*"}},
         f"another customer of {GITHUB} may assume", "narrow the condition on"),
    ],
)  # fmt: skip
def test_a_condition_that_does_not_keep_others_out_is_named(
    condition: Any, said: str, advised: str
) -> None:
    """Nobody is told to add a condition that is there (our choice)."""
    statements = trusted({"Federated": PROVIDER}, condition, "sts:AssumeRoleWithWebIdentity")
    (told,) = surprises(snapshot(role(trust=[statements])), kind="oidc-trust-without-subject")
    assert told.summary.startswith(said)
    assert told.help[0].startswith(advised)
    assert told.place is not None
    (mark,) = told.place.marks
    assert (mark.label == "met by tokens of others") == (condition is not None)


@pytest.mark.parametrize(
    ("condition", "said", "advised"),
    [
        (None, "no external id is asked for", "add a condition"),
        ({"StringLike": {"sts:ExternalId": "*"}},
         "others meet its condition on sts:ExternalId", "put another condition in place"),
    ],
)  # fmt: skip
def test_an_external_id_that_does_not_keep_others_out_is_named(
    condition: Any, said: str, advised: str
) -> None:
    """The same for customers of a vendor."""
    held = snapshot(role(trust=[trusted({"AWS": ROOT}, condition)]))
    (told,) = surprises(held, kind="foreign-trust-without-condition")
    assert told.summary.endswith(said)
    assert told.help[0].startswith(advised)
