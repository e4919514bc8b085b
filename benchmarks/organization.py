"""A synthetic organization of any size: roles, their policies, and foundation models in Regions.

It is drawn from a seed. What stands in its policies is what large organizations write: managed
policies shared by many roles, an inline policy of each team, a Region fence with a way out for
operators, vendors closed to all but tagged roles, boundaries, tags, policy variables, and a source
address that nobody told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from bedrock_doctor.catalog.bedrock_models import model_ids
from bedrock_doctor.evaluate.matrix import Axes, Subject, Target
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Level, Policies
from bedrock_doctor.model.source import Source

ACTIONS = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:GetFoundationModel",
    "bedrock:CreateModelInvocationJob",
)
REGIONS = tuple(
    f"{area}-{side}-{number}"
    for area in ("us", "eu", "ap", "sa", "ca", "me", "af")
    for side in ("east", "west", "central")
    for number in (1, 2)
)[:30]
TEAMS = tuple(f"team{number}" for number in range(25))
ACCOUNTS = tuple(f"{number:012}" for number in range(210000000000, 210000000020))
PREFIX = "arn:aws:bedrock:"
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the organization is.

    Attributes:
        roles: number of callers.
        sets: number of distinct sets of identity policies among them.
        models: number of models.
        regions: number of Regions.
        statements: statements of each team's policy.
    """

    roles: int = 1000
    sets: int = 40
    models: int = 150
    regions: int = 30
    statements: int = 4


def organization(size: Size, seed: str = "organization") -> Axes:
    """The matrix of every role, four actions, and every model in every Region."""
    rng = Random(seed)
    models = _models(size.models)
    regions = REGIONS[: size.regions]
    sets = [_identity(rng, number, size, models, regions) for number in range(size.sets)]
    boundaries = [None, *(_boundary(number, regions) for number in range(3))]
    hierarchies = {account: _hierarchy(account, models, regions) for account in ACCOUNTS}
    united: dict[tuple[int, int, str], Policies] = {}
    subjects = []
    for number in range(size.roles):
        chosen, account = number % size.sets, ACCOUNTS[number % len(ACCOUNTS)]
        limit = rng.choices(range(4), (5, 2, 2, 1))[0]
        policies = united.setdefault(
            (chosen, limit, account),
            Policies(identity=sets[chosen], boundary=boundaries[limit], scp=hierarchies[account]),
        )
        subjects.append(_subject(rng, number, account, policies))
    targets = []
    for region in regions:
        context = Context.of({"aws:RequestedRegion": region})
        targets += [
            Target(f"{PREFIX}{region}::foundation-model/{model}", None, context) for model in models
        ]
    return Axes(tuple(subjects), ACTIONS, tuple(targets))


def _models(count: int) -> tuple[str, ...]:
    known = model_ids()
    return (known + tuple(f"{known[n % len(known)]}-{n}" for n in range(count)))[:count]


def _document(kind: PolicyKind, name: str, statements: list[dict[str, Any]]) -> PolicyDocument:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    return PolicyDocument(PolicyRef(kind, name), Source(text))


def _subject(rng: Random, number: int, account: str, policies: Policies) -> Subject:
    team = rng.choice(TEAMS)
    name = f"break-glass-{number}" if rng.random() < 0.02 else f"{team}-{number}"
    arn = f"arn:aws:iam::{account}:role/{team}/{name}"
    context = Context.of(
        {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": account,
            "aws:PrincipalOrgID": "o-example123",
            "aws:PrincipalTag/team": team,
            "aws:PrincipalTag/tier": rng.choice(["prod", "prod", "test"]),
            "aws:SecureTransport": "true",
        },
        unknown=[UnknownFact("aws:SourceIp", "--source-ip ADDRESS")],
    )
    return Subject(parse_principal(arn), policies, context)


def _identity(
    rng: Random, number: int, size: Size, models: tuple[str, ...], regions: tuple[str, ...]
) -> tuple[PolicyDocument, ...]:
    managed = [
        _document(PolicyKind.MANAGED, f"BedrockUse{kind}", _managed(kind))
        for kind in rng.sample(range(6), 2)
    ]
    own = [_statement(rng, models, regions) for _ in range(size.statements)]
    return (*managed, _document(PolicyKind.INLINE, f"Team{number}", own))


def _managed(kind: int) -> list[dict[str, Any]]:
    """Six managed policies, of which most roles have two."""
    invoke = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    profile = PREFIX + "*:${aws:PrincipalAccount}:inference-profile/*"
    every = PREFIX + "*::foundation-model/*"
    return [
        [{"Effect": "Allow", "Action": ["bedrock:Get*", "bedrock:List*"], "Resource": "*"}],
        [{"Effect": "Allow", "Action": invoke, "Resource": [profile, f"{every[:-1]}amazon.*"]}],
        [{"Effect": "Allow", "Action": ["s3:GetObject", "logs:*"], "Resource": "*"}],
        [
            {
                "Effect": "Allow",
                "Action": "bedrock:*ModelInvocationJob",
                "Resource": [every, PREFIX + "*:${aws:PrincipalAccount}:model-invocation-job/*"],
            }
        ],
        [
            {
                "Effect": "Allow",
                "Action": "bedrock:Invoke*",
                "Resource": every,
                "Condition": {"StringEquals": {"aws:RequestedRegion": list(REGIONS[:4])}},
            }
        ],
        [
            {
                "Effect": "Deny",
                "Action": "bedrock:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/x*"},
        ],
    ][kind]


def _statement(rng: Random, models: tuple[str, ...], regions: tuple[str, ...]) -> dict[str, Any]:
    """One statement of a team's own policy."""
    patterns = []
    for _ in range(rng.randint(1, 4)):
        model = rng.choice(models)
        if rng.random() < 0.6:
            model = model[: rng.randint(model.index(".") + 1, len(model))] + "*"
        region = rng.choice(["*", "*", "us-*", "eu-*", *rng.sample(regions, min(3, len(regions)))])
        patterns.append(f"{PREFIX}{region}::foundation-model/{model}")
    statement: dict[str, Any] = {
        "Effect": "Deny" if rng.random() < 0.15 else "Allow",
        "Action": rng.choice(
            ["bedrock:InvokeModel*", "bedrock:InvokeModel", "bedrock:*", list(ACTIONS[:3])]
        ),
        "Resource": patterns,
    }
    condition = rng.choice([None, None, None, "Region", "team", "address", "tier"])
    some = rng.sample(regions, min(4, len(regions)))
    if condition == "Region":
        statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": some}}
    elif condition == "team":
        statement["Condition"] = {"StringLike": {"aws:PrincipalTag/team": ["team1*", "team2"]}}
    elif condition == "address":
        statement["Condition"] = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    elif condition == "tier":
        statement["Condition"] = {"StringEquals": {"aws:PrincipalTag/tier": "prod"}}
    return statement


def _boundary(number: int, regions: tuple[str, ...]) -> PolicyDocument:
    fence = {"StringEquals": {"aws:RequestedRegion": list(regions[number :: number + 1])}}
    allowed = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*", "Condition": fence}
    return _document(PolicyKind.BOUNDARY, f"Boundary{number}", [allowed])


def _hierarchy(
    account: str, models: tuple[str, ...], regions: tuple[str, ...]
) -> tuple[Level, ...]:
    """Root, organizational unit and account with their SCPs; four units, five accounts in each."""
    unit = ACCOUNTS.index(account) // 5
    operators = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*/break-glass-*"}}
    fence = {
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "organizations:*"],
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:RequestedRegion": list(regions[:18])},
            **operators,
        },
    }
    vendor = models[unit * len(models) // 4].partition(".")[0]
    closed = {
        "Effect": "Deny",
        "Action": "bedrock:Invoke*",
        "Resource": f"{PREFIX}*::foundation-model/{vendor}.*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalTag/tier": "prod"}},
    }
    own = {
        "Effect": "Deny",
        "Action": "bedrock:*",
        "Resource": f"{PREFIX}{regions[int(account[-2:]) % len(regions)]}::foundation-model/*",
    }
    full = _document(PolicyKind.SCP, "FullAWSAccess", [FULL])
    return (
        Level("r-root", "Root", (full, _document(PolicyKind.SCP, "Regions", [fence]))),
        Level(f"ou-{unit}", f"Unit {unit}", (full, _document(PolicyKind.SCP, "Vendor", [closed]))),
        Level(account, "", (full, _document(PolicyKind.SCP, "Own", [own]))),
    )
