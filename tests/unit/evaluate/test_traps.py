"""What other engines get wrong: one row for each trap, through the public case format."""

from __future__ import annotations

from typing import Any

import pytest

from bedrock_doctor.evaluate.cases import evaluate_case

ROLE = "arn:aws:iam::111122223333:role/app"
SESSION = "arn:aws:sts::111122223333:assumed-role/app/s"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/m"
FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def policy(version: str = "2012-10-17", **statement: Any) -> dict[str, Any]:
    """A policy of one statement on everything, changed as given."""
    base = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if "NotResource" in statement:
        base.pop("Resource")
    return {"Version": version, "Statement": [{**base, **statement}]}


def verdict(*policies: dict[str, Any], context: dict[str, Any] | None = None, **case: Any) -> str:
    """The verdict for InvokeModel on a model by a session of one account."""
    request = {
        "principal": SESSION,
        "principal_account": "111122223333",
        "action": "bedrock:InvokeModel",
        "resource": MODEL,
        "resource_account": "",
        "context": context or {},
        **case.pop("request", {}),
    }
    answer = evaluate_case({"request": request, "identity_policies": list(policies), **case})
    return str(answer["verdict"])


def condition(operator: str, key: str, value: Any, effect: str = "Allow") -> dict[str, Any]:
    """A policy with one condition."""
    return policy(Effect=effect, Condition={operator: {key: value}})


@pytest.mark.parametrize(
    ("given", "context", "expected"),
    [
        pytest.param(
            condition("StringNotEquals", "aws:username", "${aws:PrincipalTag/x}"),
            {"aws:username": "ann"},
            "Allowed",
            id="C8 negated operator, unset variable",
        ),
        pytest.param(
            condition("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
            {"aws:SourceIp": "203.0.113.9"},
            "Allowed",
            id="C4 0.0.0.0/0 holds every IPv4 address",
        ),
        pytest.param(
            condition("IpAddress", "aws:SourceIp", "2001:db8::/32"),
            {"aws:SourceIp": "2001:0DB8:0:0::1"},
            "Allowed",
            id="C4 IPv6 in another spelling",
        ),
        pytest.param(
            condition("NotIpAddress", "aws:SourceIp", "192.0.2.1"),
            {"aws:SourceIp": "2001:db8::1"},
            "Allowed",
            id="C4 an IPv4 network holds no IPv6 caller",
        ),
        pytest.param(
            policy("2008-10-17", Resource="arn:aws:bedrock:eu-west-1::foundation-model/${x}"),
            {"x": "m"},
            "ImplicitlyDenied",
            id="A2 no variables in the old version",
        ),
        pytest.param(
            condition("DateLessThan", "aws:CurrentTime", "1700000001"),
            {"aws:CurrentTime": "2023-11-14T22:13:20Z"},
            "Allowed",
            id="C4 epoch times are seconds",
        ),
        pytest.param(
            condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*"),
            {"aws:PrincipalArn": ROLE, "aws:PrincipalAccount": "111122223333"},
            "Allowed",
            id="C5 a variable in the account part",
        ),
        pytest.param(
            condition("ForAllValues:StringEquals", "aws:TagKeys", "a"),
            {"aws:TagKeys": []},
            "Allowed",
            id="C6 ForAllValues on nothing",
        ),
        pytest.param(
            condition("ForAnyValue:StringEquals", "aws:TagKeys", "a"),
            {},
            "ImplicitlyDenied",
            id="C6 ForAnyValue on an absent key",
        ),
        pytest.param(
            policy(NotResource="arn:aws:s3:::${aws:username}"),
            {},
            "Allowed",
            id="B3 NotResource with an unset variable excludes nothing",
        ),
        pytest.param(policy(Resource="bedrock:*"), {}, "ImplicitlyDenied", id="F no ARN"),
        pytest.param(
            policy(Resource="ARN:aws:bedrock:*::foundation-model/*"),
            {},
            "ImplicitlyDenied",
            id="F upper-case ARN prefix",
        ),
        pytest.param(
            policy(Action="BEDROCK:invokemodel"), {}, "Allowed", id="B1 actions without case"
        ),
        pytest.param(
            condition("Null", "aws:MultiFactorAuthPresent", "true"), {}, "Allowed", id="C3 Null"
        ),
        pytest.param(
            condition("Bool", "aws:SecureTransport", False, "Deny"),
            {"aws:SecureTransport": "false"},
            "ExplicitlyDenied",
            id="C7 JSON booleans",
        ),
        pytest.param(
            condition("StringLike", "aws:x", "a*b?c"),
            {"aws:x": "a--bXc"},
            "Allowed",
            id="C4 StringLike",
        ),
        pytest.param(
            condition("StringEquals", "aws:x", "${y}*"),
            {"aws:x": "a*", "y": "a"},
            "Allowed",
            id="B4 a star is literal outside Like",
        ),
    ],
)
def test_a_trap_is_avoided(given: dict[str, Any], context: dict[str, Any], expected: str) -> None:
    """AWS-documented; the clause ids are those of docs/semantics."""
    assert verdict(given, context=context) == expected


def test_scp_levels_are_not_one_list() -> None:
    """D2: each level must allow on its own."""
    other = policy(Action="s3:*")
    assert verdict(FULL, scp_levels=[[FULL], [other]]) == "ImplicitlyDenied"
    assert verdict(FULL, scp_levels=[[FULL, other]]) == "Allowed"


def test_service_linked_roles_are_exempt_from_scps() -> None:
    """D2: orgs_manage_policies_scps.html."""
    arn = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    deny = policy(Effect="Deny")
    given = {"aws:PrincipalArn": arn}
    assert verdict(FULL, context=given, scp_levels=[[FULL], [deny]]) == "Allowed"
    assert verdict(FULL, scp_levels=[[FULL], [deny]]) == "ExplicitlyDenied"


def test_rcps_do_not_cover_bedrock() -> None:
    """D3: orgs_manage_policies_rcps.html."""
    deny = {**policy(Effect="Deny", Principal="*")}
    assert verdict(FULL, rcp_levels=[[deny]]) == "Allowed"


def trust(value: Any, **case: Any) -> str:
    """The verdict for AssumeRole across accounts with a trust policy for a principal."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": value, "Action": "sts:AssumeRole"}],
    }
    request = {
        "action": "sts:AssumeRole",
        "resource": "arn:aws:iam::444455556666:role/gateway",
        "resource_account": "444455556666",
    }
    return verdict(FULL, request=request, resource_policy=document, **case)


@pytest.mark.parametrize(
    ("principal", "context", "expected"),
    [
        ({"AWS": "111122223333"}, {}, "Allowed"),
        ({"AWS": "arn:aws:iam::111122223333:root"}, {}, "Allowed"),
        ({"AWS": "arn:aws-cn:iam::111122223333:root"}, {}, "ImplicitlyDenied"),
        ({"AWS": ROLE}, {}, "Allowed"),
        ({"AWS": "arn:aws:iam::111122223333:role/team/app"}, {}, "Unknown"),
        (
            {"AWS": "arn:aws:iam::111122223333:role/team/app"},
            {"aws:PrincipalArn": ROLE},
            "ImplicitlyDenied",
        ),
        ({"AWS": SESSION}, {}, "Allowed"),
        ({"AWS": "arn:aws:sts::111122223333:assumed-role/app/other"}, {}, "ImplicitlyDenied"),
        ({"AWS": "AROAABCDEFGHIJKLMNOPQ"}, {}, "ImplicitlyDenied"),
        ({"Service": "bedrock.amazonaws.com"}, {}, "ImplicitlyDenied"),
        ("*", {}, "Allowed"),
    ],
)
def test_trust_policies_are_matched_as_documented(
    principal: Any, context: dict[str, str], expected: str
) -> None:
    """B5-B8, D6: reference_policies_elements_principal.html."""
    assert trust(principal, context=context) == expected


def test_web_identities_are_trusted_by_host_name() -> None:
    """B5: a provider is written as its ARN; the trust policy alone decides."""
    host = "token.actions.githubusercontent.com"
    provider = f"arn:aws:iam::444455556666:oidc-provider/{host}"
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {f"{host}:sub": "repo:acme/*"}},
            }
        ],
    }
    case = {
        "request": {
            "principal": provider,
            "action": "sts:AssumeRoleWithWebIdentity",
            "resource": "arn:aws:iam::444455556666:role/ci",
            "resource_account": "444455556666",
            "context": {f"{host}:sub": "repo:acme/shop:ref:refs/heads/main"},
        },
        "resource_policy": document,
    }
    assert evaluate_case(case)["verdict"] == "Allowed"


def test_a_malformed_policy_makes_its_layer_unknown() -> None:
    """A4: AWS would not have stored it, so nobody knows what is in force."""
    broken = {"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "*"}]}
    assert verdict(FULL, broken) == "Unknown"
    assert verdict(FULL, broken, policy(Effect="Deny")) == "ExplicitlyDenied"


def test_long_chains_of_stars_stay_linear() -> None:
    """Our choice: the matcher never tries a place twice."""
    pattern = "arn:aws:s3:::" + "*a" * 2000 + "*"
    assert verdict(policy(Resource=pattern)) == "ImplicitlyDenied"


def test_blocked_by_names_the_layers_that_would_have_to_change() -> None:
    """Our choice: the smallest set."""
    case = {
        "request": {
            "principal": SESSION,
            "action": "bedrock:InvokeModel",
            "resource": MODEL,
            "context": {},
        },
        "identity_policies": [],
        "boundary": policy(Action="s3:*"),
        "scp_levels": [[FULL], [policy(Effect="Deny")]],
    }
    assert evaluate_case(case)["blocked_by"] == ["identity", "boundary", "scp"]


def same_account_trust(*principals: str, principal: str = ROLE) -> str:
    """The verdict for AssumeRole inside one account, without identity policies."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
        ],
    }
    request = {
        "principal": principal,
        "action": "sts:AssumeRole",
        "resource": "arn:aws:iam::111122223333:role/t",
        "resource_account": "111122223333",
        "context": {},
    }
    case = {"request": request, "identity_policies": [], "resource_policy": document}
    return str(evaluate_case(case)["verdict"])


def test_a_trust_that_names_one_session_is_open_while_the_session_is_not_known() -> None:
    """E1: which session signs is a fact that the request does not tell."""
    root = "arn:aws:iam::111122223333:root"
    assert same_account_trust(root, SESSION) == "Unknown"
    assert same_account_trust(root, SESSION, principal=SESSION) == "Allowed"
    assert same_account_trust(root) == "ImplicitlyDenied"


def test_the_owner_of_a_resource_is_read_from_its_arn_when_it_is_not_given() -> None:
    """D6: across accounts both sides must allow."""
    case = {
        "request": {
            "principal": ROLE,
            "action": "sts:AssumeRole",
            "resource": "arn:aws:iam::444455556666:role/t",
        },
        "identity_policies": [],
        "resource_policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
            ],
        },
    }
    assert evaluate_case(case)["verdict"] == "ImplicitlyDenied"
