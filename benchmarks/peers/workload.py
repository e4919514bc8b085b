"""A seeded workload on which independent policy engines agree: identity policies and requests.

200 role policies of 3 to 6 statements meet 50 requests: 10,000 decisions. It keeps to what every
engine knows: version 2012-10-17, whole ARNs, no variables, no resource-based policies.
"""

from __future__ import annotations

from random import Random
from typing import Any

ACCOUNT = "111111111111"
REGIONS = ["us-east-1", "us-west-2", "eu-west-1"]
MODELS = [
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "meta.llama3-70b-instruct-v1:0",
    "amazon.titan-text-express-v1",
    "cohere.command-r-plus-v1:0",
]
TEAMS = ["ml", "data", "web"]
ADDRESSES = ["203.0.113.7", "10.1.2.3", "198.51.100.9"]
ACTIONS = {
    "bedrock": [
        "InvokeModel",
        "InvokeModelWithResponseStream",
        "GetFoundationModel",
        "ListFoundationModels",
    ],
    "sts": ["AssumeRole", "TagSession"],
    "s3": ["GetObject", "PutObject", "DeleteObject"],
    "secretsmanager": ["GetSecretValue", "DescribeSecret"],
    "logs": ["PutLogEvents", "CreateLogStream"],
    "dynamodb": ["GetItem", "PutItem", "Query"],
}
SERVICES = list(ACTIONS)
WEIGHTS = [5, 2, 2, 1, 1, 1]
NOT_ASKED = ("List", "GetFound", "Tag", "CreateLog")


def workload(roles: int = 200, requests: int = 50, seed: int = 1) -> dict[str, list[Any]]:
    """Roles with their policies, and requests that each of them makes."""
    rng = Random(seed)
    return {
        "roles": [_role(rng, number) for number in range(roles)],
        "requests": [_request(rng) for _ in range(requests)],
    }


def _role(rng: Random, number: int) -> dict[str, Any]:
    statements = [_statement(rng, place) for place in range(rng.randint(3, 6))]
    return {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
        "session": f"arn:aws:sts::{ACCOUNT}:assumed-role/role-{number}/s",
        "policy": {"Version": "2012-10-17", "Statement": statements},
    }


def _statement(rng: Random, place: int) -> dict[str, Any]:
    service = rng.choices(SERVICES, WEIGHTS)[0]
    denies = place and rng.random() < 0.18
    statement: dict[str, Any] = {"Sid": f"S{place}", "Effect": "Deny" if denies else "Allow"}
    if rng.random() < 0.05:
        others = rng.sample(["iam", "organizations", "ec2", "s3"], 2)
        statement["NotAction"] = [f"{other}:*" for other in others]
    else:
        statement["Action"] = _actions(rng, service)
    if rng.random() < 0.06:
        alone = rng.random() < 0.5
        excluded = [_pattern(rng, service) for _ in range(1 if alone else 2)]
        if "*" in excluded or (alone and "*" in excluded[0]):
            statement["NotResource"] = _resource(rng, service)
        else:
            statement["NotResource"] = excluded[0] if alone else excluded
    elif rng.random() < 0.6:
        statement["Resource"] = [_pattern(rng, service) for _ in range(rng.randint(1, 4))]
    else:
        statement["Resource"] = _pattern(rng, service)
    if rng.random() < 0.35:
        statement["Condition"] = _condition(rng)
    return statement


def _actions(rng: Random, service: str) -> str | list[str]:
    if rng.random() < 0.06:
        return "*"
    if rng.random() < 0.25:
        return f"{service}:*"
    found = []
    for action in rng.sample(ACTIONS[service], rng.randint(1, len(ACTIONS[service]))):
        roll = rng.random()
        if roll < 0.6:
            found.append(f"{service}:{action}")
        elif roll < 0.9:
            found.append(f"{service}:{action[: rng.randint(2, len(action))]}*")
        else:
            found.append(f"{service}:{action[:2]}?{action[3:]}")
    return found if len(found) > 1 or rng.random() < 0.5 else found[0]


def _pattern(rng: Random, service: str) -> str:
    if rng.random() < 0.12:
        return "*"
    parts = _resource(rng, service).split(":", 5)
    if parts[3] and rng.random() < 0.7:
        parts[3] = "*"
    if parts[4] and rng.random() < 0.5:
        parts[4] = "*"
    if rng.random() < 0.75:
        least = parts[5].find("/") + 1 or 1
        parts[5] = parts[5][: rng.randint(least, len(parts[5]))] + "*"
    return ":".join(parts)


def _resource(rng: Random, service: str) -> str:
    region = rng.choice(REGIONS)
    team = rng.choice
    match service:
        case "bedrock" if rng.random() < 0.6:
            return f"arn:aws:bedrock:{region}::foundation-model/{rng.choice(MODELS)}"
        case "bedrock":
            profile = f"inference-profile/us.{rng.choice(MODELS)}"
            return f"arn:aws:bedrock:{region}:{ACCOUNT}:{profile}"
    made = {
        "sts": f"arn:aws:iam::{ACCOUNT}:role/{team(TEAMS)}/Bedrock{rng.randint(1, 4)}",
        "s3": f"arn:aws:s3:::corp-{team(TEAMS)}/in/{rng.randint(1, 9)}.json",
        "secretsmanager": f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:app/"
        f"{team(TEAMS)}-{rng.randint(1, 4):06d}",
        "logs": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/app/{team(TEAMS)}"
        f":log-stream:s{rng.randint(1, 3)}",
        "dynamodb": f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{team(TEAMS)}-{rng.randint(1, 4)}",
    }
    return made[service]


def _condition(rng: Random) -> dict[str, Any]:
    match rng.randint(0, 7):
        case 0:
            return {"StringEquals": {"aws:RequestedRegion": _some_regions(rng)}}
        case 1:
            return {"StringNotEquals": {"aws:RequestedRegion": _some_regions(rng)}}
        case 2:
            return {"StringLike": {"aws:PrincipalTag/team": [rng.choice(TEAMS)[:2] + "*", "x?z"]}}
        case 3:
            return {"Bool": {"aws:MultiFactorAuthPresent": rng.choice(["true", "false"])}}
        case 4:
            return {"BoolIfExists": {"aws:SecureTransport": rng.choice(["true", "false"])}}
        case 5:
            networks = ["203.0.113.0/24", "10.0.0.0/8", "198.51.100.9/32"]
            return {"IpAddress": {"aws:SourceIp": rng.sample(networks, 2)}}
        case 6:
            account = rng.choice([ACCOUNT, "*"])
            role = f"arn:aws:iam::{account}:role/role-{rng.randint(0, 9)}*"
            return {"ArnLike": {"aws:PrincipalArn": [role]}}
    return {
        "StringEquals": {"aws:PrincipalOrgID": rng.choice(["o-abcd1234", "o-zzzz9999"])},
        "NumericLessThan": {"aws:MultiFactorAuthAge": str(rng.choice([300, 3600]))},
    }


def _some_regions(rng: Random) -> list[str]:
    return rng.sample(REGIONS, rng.randint(1, 2))


def _request(rng: Random) -> dict[str, Any]:
    service = rng.choices(SERVICES, WEIGHTS)[0]
    action = rng.choice([a for a in ACTIONS[service] if not a.startswith(NOT_ASKED)])
    resource = _resource(rng, service)
    context = {
        "aws:RequestedRegion": rng.choice(REGIONS),
        "aws:PrincipalTag/team": rng.choice(TEAMS),
        "aws:SecureTransport": "true",
        "aws:SourceIp": rng.choice(ADDRESSES),
        "aws:PrincipalOrgID": "o-abcd1234",
    }
    if rng.random() < 0.5:
        context["aws:MultiFactorAuthPresent"] = rng.choice(["true", "false"])
        context["aws:MultiFactorAuthAge"] = str(rng.choice([60, 1200, 7200]))
    return {
        "action": f"{service}:{action}",
        "resource": resource,
        "account": ACCOUNT,
        "context": context,
    }
