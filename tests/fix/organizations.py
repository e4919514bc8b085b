"""Organizations in which one attempt passes, and faults that refuse it."""

from __future__ import annotations

import json
import random
from typing import Any

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from bedrock_doctor.model.source import Source

SOURCE, TARGET, MANAGEMENT = "111122223333", "444455556666", "999900001111"
CALLER = f"arn:aws:iam::{SOURCE}:role/apps/rag-api"
ROLE = f"arn:aws:iam::{TARGET}:role/gateway"
MODEL, REGION = "eu.amazon.nova-lite-v1:0", "eu-central-1"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
OTHER = f"arn:aws:iam::{SOURCE}:role/other"
TRUSTED = {"Effect": "Allow", "Principal": {"AWS": CALLER}, "Action": "sts:AssumeRole"}
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}
INVOKE = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
FENCE = {
    "Sid": "Fence",
    "Effect": "Deny",
    "NotAction": "sts:*",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGION}},
}
GUARD = {
    "Effect": "Deny",
    "Action": "bedrock:*",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:PrincipalArn": OTHER}},
}
S3 = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
PARTIAL = {
    "Effect": "Allow",
    "Action": "bedrock:InvokeModel",
    "Resource": f"arn:aws:bedrock:{REGION}:*:*",
}
FAULTS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "caller lacks": {"caller": [S3]},
    "caller denied": {"caller": [ASSUME, {**ASSUME, "Effect": "Deny", "Resource": "*"}]},
    "trust lacks": {"trust": [{**TRUSTED, "Principal": {"AWS": OTHER}}]},
    "trust denies": {"trust": [TRUSTED, {**TRUSTED, "Effect": "Deny"}]},
    "role lacks": {"role": [S3]},
    "role lacks destinations": {"role": [PARTIAL]},
    "role denied": {"role": [INVOKE, GUARD]},
    "boundary lacks": {"boundary": [S3]},
    "boundary denies": {"boundary": [ALL, GUARD]},
    "fence": {"scp": [ALL, FENCE]},
    "scp denies": {"scp": [ALL, GUARD]},
    "scp lacks": {"scp": [S3]},
}


def organization(seed: int) -> tuple[Attempt, Snapshot, tuple[str, ...]]:
    """An attempt, an organization with 1 to 4 faults, and their names."""
    draw = random.Random(seed)
    names = tuple(draw.sample(sorted(FAULTS), draw.randint(1, 4)))
    held: dict[str, list[dict[str, Any]]] = {
        "caller": [ASSUME],
        "trust": [TRUSTED],
        "role": [INVOKE],
        "boundary": [ALL],
        "scp": [ALL],
    }
    for name in names:
        held.update(FAULTS[name])
    indent = draw.choice([None, 2, 4])

    def document(part: str, kind: PolicyKind, account: str, holder: str) -> PolicyDocument:
        arn = f"arn:aws:iam::{account}:policy/{part}" if kind is PolicyKind.BOUNDARY else ""
        text = json.dumps({"Version": "2012-10-17", "Statement": held[part]}, indent=indent)
        return PolicyDocument(PolicyRef(kind, part, account, arn, holder), Source(text))

    caller = IamEntity(
        arn=CALLER,
        name="rag-api",
        unique_id="AROACALLER",
        policies=(document("caller", PolicyKind.INLINE, SOURCE, CALLER),),
        tags={},
    )
    role = IamEntity(
        arn=ROLE,
        name="gateway",
        unique_id="AROAROLE",
        policies=(document("role", PolicyKind.INLINE, TARGET, ROLE),),
        boundary=document("boundary", PolicyKind.BOUNDARY, TARGET, ROLE),
        trust=document("trust", PolicyKind.TRUST, TARGET, ROLE),
        tags={},
    )
    scp = document("scp", PolicyKind.SCP, MANAGEMENT, "ou-ab12-prod")
    full = PolicyDocument(
        PolicyRef(PolicyKind.SCP, "p-FullAWSAccess"), Source(json.dumps({"Statement": [ALL]}))
    )
    targets = ("r-ab12", SOURCE, TARGET)
    held_by = Organization(
        id="o-a1b2c3d4e5",
        management_account=MANAGEMENT,
        feature_set="ALL",
        policy_types=frozenset({"SERVICE_CONTROL_POLICY"}),
        members={SOURCE: "source", TARGET: "target"},
        members_complete=True,
        parents={SOURCE: "r-ab12", TARGET: "ou-ab12-prod", "ou-ab12-prod": "r-ab12"},
        scps={**dict.fromkeys(targets, (full,)), "ou-ab12-prod": (scp,)},
        rcps=dict.fromkeys((*targets, "ou-ab12-prod"), ()),
    )
    snapshot = Snapshot(
        accounts={
            SOURCE: Account(SOURCE, roles={"rag-api": caller}, iam_complete=True),
            TARGET: Account(TARGET, roles={"gateway": role}, iam_complete=True),
        },
        organizations=(held_by,),
    )
    return Attempt(caller=CALLER, roles=(ROLE,), model=MODEL, region=REGION), snapshot, names
