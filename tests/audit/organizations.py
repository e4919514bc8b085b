"""Random organizations: accounts, roles, trusts, SCPs, application profiles, and gaps."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    IamEntity,
    InferenceProfile,
    Organization,
    Snapshot,
)
from bedrock_doctor.model.source import Source

ACCOUNTS = ("111122223333", "222233334444", "333344445555")
MANAGEMENT = "999900001111"
FOREIGN = "777700001111"
LITE, SONNET = "amazon.nova-lite-v1:0", "anthropic.claude-sonnet-4-6"
MODELS = (LITE, SONNET)
REGIONS = ("eu-central-1", "eu-north-1", "eu-west-3", "us-east-1")
INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
Document = dict[str, Any]


def document(kind: PolicyKind, name: str, *statements: Document) -> PolicyDocument:
    """A policy as read from a file of a snapshot."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return PolicyDocument(PolicyRef(kind, name), Source(text, path="file.json"))


def statement(rng: Random, account: str) -> Document:
    """A statement about models, profiles, jobs or roles."""
    model = rng.choice((*MODELS, "amazon.*", "anthropic.claude-?onnet*", "*"))
    region = rng.choice((*REGIONS, "eu-*", "*"))
    resource = rng.choice(
        (
            "*",
            f"arn:aws:bedrock:{region}::foundation-model/{model}",
            f"arn:aws:bedrock:*:{account}:*",
            f"arn:aws:bedrock:{region}:{account}:inference-profile/*",
            "arn:aws:bedrock:*:${aws:PrincipalAccount}:inference-profile/eu.*",
            f"arn:aws:bedrock:*:{account[:5]}*:inference-profile/*",
            f"arn:aws:bedrock:*:*{account[-3:]}:*",
            "arn:aws:bedrock:*::foundation-model/*",
        )
    )
    found = {
        "Effect": rng.choice(("Allow", "Allow", "Allow", "Deny")),
        "Action": rng.choice(
            (INVOKE, "bedrock:*", "bedrock:InvokeModel", "bedrock:Count*", "bedrock:*Job", "*")
        ),
        "Resource": resource,
    }
    if rng.random() < 0.35:
        found["Condition"] = condition(rng, account)
    return found


def condition(rng: Random, account: str) -> Document:
    """A condition of the kinds that such statements have."""
    profile = f"arn:aws:bedrock:*:{account}:inference-profile/eu.*"
    return rng.choice(
        (
            {"StringEquals": {"aws:RequestedRegion": rng.sample(REGIONS, 2)}},
            {"StringNotEquals": {"aws:RequestedRegion": [*rng.sample(REGIONS, 2), "unspecified"]}},
            {"StringEquals": {"aws:PrincipalTag/team": rng.choice(("ai", "web"))}},
            {"ArnLike": {"bedrock:InferenceProfileArn": profile}},
            {"Null": {"bedrock:InferenceProfileArn": "true"}},
            {"StringNotEquals": {"aws:PrincipalAccount": rng.choice(ACCOUNTS)}},
            {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{account[:4]}*:role/*"}},
            {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/r1"}},
            {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            {"StringEquals": {"aws:ResourceAccount": account}},
            {"ForAnyValue:StringLike": {"aws:ResourceOrgPaths": "o-test/r-1/ou-1/*"}},
            {"StringEquals": {"aws:PrincipalOrgID": "o-test"}},
            {"Null": {"bedrock:GuardrailIdentifier": "false"}},
        )
    )


def trust(rng: Random) -> Document:
    """A statement of a trust policy."""
    account = rng.choice(ACCOUNTS)
    principal = rng.choice(
        (
            {"AWS": f"arn:aws:iam::{account}:root"},
            {"AWS": account},
            {"AWS": [f"arn:aws:iam::{account}:role/r{rng.randrange(3)}"]},
            {"AWS": f"arn:aws:iam::{account}:user/u0"},
            {"AWS": f"arn:aws:sts::{account}:assumed-role/r1/build"},
            {"AWS": f"AROA{account}R1"},
            {"AWS": f"arn:aws:iam::{account}:role/r*"},
            {"AWS": f"arn:aws:iam::{FOREIGN}:root"},
            {"AWS": "*"},
            "*",
            {"Service": "lambda.amazonaws.com"},
            {"Federated": f"arn:aws:iam::{account}:oidc-provider/token.example.com"},
        )
    )
    federated = isinstance(principal, dict) and "Federated" in principal
    found: Document = {
        "Effect": "Allow" if rng.random() < 0.9 else "Deny",
        "Principal": principal,
        "Action": "sts:AssumeRoleWithWebIdentity" if federated else "sts:AssumeRole",
    }
    if rng.random() < 0.4:
        found["Condition"] = rng.choice(
            (
                {"StringEquals": {"sts:ExternalId": "xyz"}},
                {"StringEquals": {"aws:PrincipalOrgID": "o-test"}},
                {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/r*"}},
                {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                {"StringEquals": {"aws:PrincipalTag/team": "ai"}},
                {"StringEquals": {"iam:ResourceTag/team": "ai"}},
            )
        )
    return found


def entity(rng: Random, account: str, kind: str, number: int) -> IamEntity:
    """A role or user."""
    name = f"{kind[0]}{number}"
    policies: list[Readable] = [
        document(PolicyKind.INLINE, f"own{n}", *(statement(rng, account) for _ in range(2)))
        for n in range(rng.randrange(1, 3))
    ]
    if rng.random() < 0.6:
        far = rng.choice(("*", f"arn:aws:iam::*:role/r{rng.randrange(3)}"))
        assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": far}
        policies.append(document(PolicyKind.INLINE, "assume", assume))
    if rng.random() < 0.08:
        policies.append(Missing(f"policies of {name}", "iam:GetRole", account))
    boundary = None
    if rng.random() < 0.3:
        boundary = document(PolicyKind.BOUNDARY, "limit", statement(rng, account), {**_ALL})
    said: Readable | None = None
    if kind == "role":
        said = document(PolicyKind.TRUST, "trust policy", *(trust(rng) for _ in range(2)))
        if rng.random() < 0.05:
            said = Missing(f"trust policy of {name}", "iam:GetRole", account)
    tags = rng.choice(({"team": "ai"}, {}, {"team": "web"}, None))
    unique = f"{'AIDA' if kind == 'user' else 'AROA'}{account}{name.upper()}"
    arn = f"arn:aws:iam::{account}:{kind}/{name}"
    return IamEntity(arn, name, unique, tuple(policies), boundary, said, tags)


_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def organization(rng: Random) -> Organization:
    """Two units with fences; the third account may lie under the root."""

    def scp(name: str, *statements: Document) -> PolicyDocument:
        return document(PolicyKind.SCP, name, *statements)

    full = scp("full", _ALL)
    denies = ({**statement(rng, rng.choice(ACCOUNTS)), "Effect": "Deny"} for _ in range(2))
    fences = [scp(f"fence{n}", deny) for n, deny in enumerate(denies)]
    attached: dict[str, tuple[Readable, ...]] = {
        "r-1": (full,),
        "ou-1": (full, fences[0]),
        "ou-2": (full, fences[1]),
        **dict.fromkeys((*ACCOUNTS, MANAGEMENT), (full,)),
    }
    if rng.random() < 0.2:
        del attached["ou-2"]
    return Organization(
        id="o-test",
        management_account=MANAGEMENT,
        feature_set="ALL",
        policy_types=frozenset({"SERVICE_CONTROL_POLICY"}),
        members=dict.fromkeys((*ACCOUNTS, MANAGEMENT), "name"),
        members_complete=True,
        parents={
            "ou-1": "r-1",
            "ou-2": "r-1",
            ACCOUNTS[0]: "ou-1",
            ACCOUNTS[1]: "ou-2",
            ACCOUNTS[2]: rng.choice(("r-1", "ou-1")),
            MANAGEMENT: "r-1",
        },
        scps=attached,
        rcps={},
    )


def profiles(rng: Random, account: str) -> dict[str, BedrockRegion]:
    """Sometimes an application profile, or a system-defined one that leads elsewhere."""
    if rng.random() < 0.5:
        return {}
    region = "eu-central-1"
    own = f"arn:aws:bedrock:{region}:{account}:application-inference-profile/abc{account[:3]}"
    system = f"arn:aws:bedrock:{region}:{account}:inference-profile/eu.{LITE}"

    def models(*regions: str) -> tuple[str, ...]:
        return tuple(f"arn:aws:bedrock:{where}::foundation-model/{LITE}" for where in regions)

    application = InferenceProfile(
        own, f"abc{account[:3]}", "APPLICATION", "ACTIVE", models("eu-central-1", "eu-west-3"), {}
    )
    listed = InferenceProfile(
        system, f"eu.{LITE}", "SYSTEM_DEFINED", "ACTIVE", models("eu-central-1", "eu-north-1")
    )
    found = {own: application, f"eu.{LITE}": listed, system: listed}
    return {region: BedrockRegion(region, profiles=found)}


def snapshot(rng: Random) -> Snapshot:
    """A whole one; sometimes without organization, sometimes with an account cut short."""
    accounts = {}
    for account in ACCOUNTS:
        roles = [entity(rng, account, "role", number) for number in range(3)]
        users = [entity(rng, account, "user", 0)]
        accounts[account] = Account(
            account,
            roles={role.name: role for role in roles},
            users={user.name: user for user in users},
            iam_complete=rng.random() < 0.9,
            bedrock=profiles(rng, account),
        )
    organizations = (organization(rng),) if rng.random() < 0.85 else ()
    return Snapshot(accounts, organizations)
