"""Random cases, rich in near misses: most values come from the request, slightly bent.

Everything is drawn from one ``random.Random``, so a seed repeats a case, and Hypothesis can
drive and shrink the same code through ``strategies.randoms``.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.generate_statements import statement

A, B = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{A}:role/app"
PATHED = f"arn:aws:iam::{A}:role/team/app"
LINKED = f"arn:aws:iam::{A}:role/aws-service-role/bedrock.amazonaws.com/app"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/i-1"
CALLERS = [
    *[SESSION] * 8,
    *[f"arn:aws:iam::{A}:user/team/bob"] * 3,
    ROLE,
    PATHED,
    f"arn:aws:iam::{A}:root",
    f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    f"arn:aws:sts::{A}:federated-user/bob",
    f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForAmazonBedrock/x",
    f"arn:aws-cn:sts::{A}:assumed-role/app/i-1",
    "bedrock.amazonaws.com",
    "*",
]
PROVIDERS = [
    f"arn:aws:iam::{B}:oidc-provider/token.actions.githubusercontent.com",
    "token.actions.githubusercontent.com",
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
]
PROFILE = f"arn:aws:bedrock:eu-west-1:{A}:inference-profile/eu.maker.model-v1:0"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0"
TARGETS = [
    *[("bedrock:InvokeModel", PROFILE, A)] * 3,
    ("bedrock:InvokeModelWithResponseStream", PROFILE, A),
    ("bedrock:InvokeModel", MODEL, ""),
    ("bedrock:InvokeModel", "arn:aws:bedrock:::foundation-model/maker.model-v1:0", None),
    ("bedrock:ApplyGuardrail", f"arn:aws:bedrock:eu-west-1:{B}:guardrail/g1", B),
    *[("sts:AssumeRole", f"arn:aws:iam::{B}:role/bedrock/gateway", B)] * 4,
    *[("sts:AssumeRole", f"arn:aws:iam::{A}:role/gateway", A)] * 2,
    ("sts:AssumeRole", ROLE, A),
    ("sts:TagSession", f"arn:aws:iam::{B}:role/bedrock/gateway", B),
    ("sts:SetContext", f"arn:aws:iam::{B}:role/bedrock/gateway", B),
    ("sts:SetContext", f"arn:aws:sts::{A}:self", A),
    ("bedrock:ListFoundationModels", "*", A),
    *[("s3:GetObject", "arn:aws:s3:::corp-data/in/1.json", A)] * 2,
    ("s3:GetObject", "arn:aws:s3:::their-data/in/1.json", B),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{A}:key/1", A),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{B}:key/1", None),
    ("kms:RetireGrant", f"arn:aws:kms:eu-west-1:{A}:key/1", A),
    ("kms:ListKeys", "*", A),
]
CONTEXT: dict[str, list[Any]] = {
    "aws:RequestedRegion": ["eu-west-1", "us-east-1", "unspecified"],
    "aws:PrincipalArn": [ROLE, PATHED, ROLE, PATHED, LINKED, f"arn:aws:iam::{A}:user/team/bob"],
    "aws:PrincipalAccount": [A],
    "aws:PrincipalOrgID": ["o-1", "o-2"],
    "aws:PrincipalTag/Team": ["ml", "ML", "", "m*", ["ml", "ops"]],
    "app:Digest": ["YQ==", "Yg==", "no base64"],
    "aws:username": ["bob", "Bob"],
    "aws:userid": ["AROAEXAMPLE1234567890:i-1", "AIDAEXAMPLE1234567890"],
    "aws:SourceIp": ["203.0.113.7", "198.51.100.9", "2001:db8::1", "2001:DB8:0:0::1"],
    "aws:SecureTransport": ["true", "false", "TRUE"],
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:MultiFactorAuthAge": ["0", "59", "60", "3600.0"],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "1767225600"],
    "aws:TagKeys": [["team"], ["team", "cost"], ["cost"], [], "", "team"],
    "sts:ExternalId": ["x-1", "X-1"],
}


def case(rng: Random) -> dict[str, Any]:
    """One case of ``evaluate`` (CONTRACTS), with the extensions for what is not known."""
    request = _request(rng)
    trust = request["action"].startswith("sts:") and ":role/" in request["resource"]
    generous = rng.random() < 0.6
    built: dict[str, Any] = {"id": "generated", "request": request}
    built["identity_policies"] = [
        _document(rng, request, "identity", generous) for _ in range(rng.choice([0, 1, 1, 1, 2]))
    ]
    crosses = request["resource_account"] == B
    resource = rng.random() < (0.95 if crosses or trust else 0.3)
    kind = "trust" if trust else "resource"
    built["resource_policy"] = _document(rng, request, kind, generous) if resource else None
    for name, kind, share in (
        ("boundary", "boundary", 0.25),
        ("session_policy", "session", 0.2),
        ("vpce_policy", "vpce", 0.15),
    ):
        built[name] = _document(rng, request, kind, generous) if rng.random() < share else None
    if built["session_policy"] is not None and rng.random() < 0.3:
        extra = [_document(rng, request, "session", generous) for _ in range(rng.choice([0, 1]))]
        built["session_policy"] = [built["session_policy"], *extra]
    built["scp_levels"] = _levels(rng, request, "scp", generous)
    built["rcp_levels"] = _levels(rng, request, "rcp", generous)
    return built


def _request(rng: Random) -> dict[str, Any]:
    action, resource, owner = rng.choice(TARGETS)
    caller = rng.choice(CALLERS)
    if action == "sts:AssumeRole" and rng.random() < 0.12:
        action, caller = "sts:AssumeRoleWithWebIdentity", rng.choice(PROVIDERS)
    context = {key: rng.choice(values) for key, values in CONTEXT.items() if rng.random() < 0.5}
    if rng.random() < 0.1 and context:
        key = rng.choice(sorted(context))
        context[key.swapcase()] = context.pop(key)
    request: dict[str, Any] = {
        "principal": caller,
        "principal_account": A if ":" in caller and A in caller else None,
        "action": action,
        "resource": resource,
        "resource_account": owner,
        "context": context,
    }
    if rng.random() < 0.2:
        request["unknown_keys"] = rng.sample(sorted(CONTEXT), rng.choice([1, 2]))
    return request


def _levels(rng: Random, request: dict[str, Any], kind: str, generous: bool) -> list[Any]:
    if rng.random() < 0.6:
        return []
    full: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if kind == "rcp":
        full["Principal"] = "*"
    levels = []
    for _ in range(rng.choice([1, 2, 3])):
        level: list[Any] = []
        if rng.random() < (0.95 if generous else 0.7):
            level.append({"Version": "2012-10-17", "Statement": [full]})
        if rng.random() < 0.5:
            level.append(_document(rng, request, kind, generous))
        levels.append(level)
    return levels


def _document(rng: Random, request: dict[str, Any], kind: str, generous: bool) -> Any:
    if rng.random() < 0.06:
        return "unknown"
    count = rng.choice([1, 1, 2, 3])
    statements: Any = [statement(rng, request, kind, generous) for _ in range(count)]
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": statements}
    if rng.random() < 0.05:
        document["Version"] = "2008-10-17"
    elif rng.random() < 0.03:
        del document["Version"]
    if count == 1 and rng.random() < 0.3:
        document["Statement"] = statements[0]
    return _broken(rng, document) if rng.random() < 0.04 else document


def _broken(rng: Random, document: dict[str, Any]) -> Any:
    """A document that AWS would not store (A1-A8), or that only looks so."""
    statements = document["Statement"]
    target = statements[0] if isinstance(statements, list) else statements
    match rng.randrange(9):
        case 0:
            target["Effect"] = "allow"
        case 1:
            target.pop("Action", None)
            target.pop("NotAction", None)
        case 2:
            target["NotAction"], target["Action"] = "s3:*", "*"
        case 3:
            document["Version"] = "2012-10-18"
        case 4:
            document.pop("Statement")
        case 5:
            target["Condition"] = rng.choice(BROKEN_CONDITIONS)
        case 6:
            target["Action"] = rng.choice(["InvokeModel", [], "**", "bedrock:", ["*", 1]])
        case 7:
            target["Principal"] = rng.choice(BROKEN_PRINCIPALS)
        case _:
            target[rng.choice(["Sdi", "Sid", "Resource"])] = rng.choice(["typo", 1, "${}", []])
    return document


BROKEN_CONDITIONS: list[Any] = [
    {"StringMatches": {"aws:username": "bob"}},
    {"stringequals": {"aws:username": "bob"}},
    {"NullIfExists": {"aws:username": "true"}},
    {"Null": {"aws:username": "perhaps"}},
    {"StringEquals": {"username": "bob"}},
    {"StringEquals": {"aws:username": "bob", "AWS:username": "bob"}},
    {"StringEquals": {"aws:username": None}},
    {"StringEquals": {"aws:username": []}},
    {"StringLike": {"aws:username": "${aws:username"}},
    {"StringLike": {"aws:username": "${aws:username, bob}"}},
    {"IpAddress": {"aws:SourceIp": "${}"}},
    {"ForAnyValue:Null": {"aws:username": "true"}},
    {"ForAnyValues:StringEquals": {"aws:username": "bob"}},
    {"StringEquals": "bob"},
    {"StringEquals": {}},
    {},
    [],
]
BROKEN_PRINCIPALS: list[Any] = [
    "bedrock.amazonaws.com",
    {},
    {"AWS": []},
    {"AWS": f"arn:aws:iam::{A}:role/*"},
    {"AWS": "app"},
    {"Service": "*"},
    {"service": "bedrock.amazonaws.com"},
    {"CanonicalUser": "79a59df9"},
    {"AWS": "*"},
    {"AWS": [A, "AROAEXAMPLE1234567890"]},
]
