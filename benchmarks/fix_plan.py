"""How long a plan takes, with its proof and its blast radius: the example, and 1,000 roles.

Run it with: python benchmarks/fix_plan.py [ROLES]
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from bedrock_doctor import app
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.snapshot import IamEntity, Snapshot
from bedrock_doctor.model.source import Source

ROOT = Path(__file__).parent.parent
ATTEMPT = Attempt(
    "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    ("arn:aws:iam::444455556666:role/platform/bedrock-gateway",),
    "eu.anthropic.claude-sonnet-4-6",
    "eu-central-1",
)
ACCOUNT = "444455556666"


def grown(snapshot: Snapshot, roles: int) -> Snapshot:
    """The example with that many roles in the account of the models, each with its own policy."""
    account = snapshot.accounts[ACCOUNT]
    added = {}
    for number in range(roles - len(account.roles)):
        name = f"team-{number}"
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        models = "anthropic.*" if number % 2 else "*"
        statement = {
            "Effect": "Allow",
            "Action": "bedrock:Invoke*",
            "Resource": f"arn:aws:bedrock:*::foundation-model/{models}",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": f"us-{number}"}},
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        policy = PolicyDocument(
            PolicyRef(PolicyKind.INLINE, "p", ACCOUNT, holder=arn), Source(text)
        )
        trust = account.roles["bedrock-gateway"].trust
        added[name] = IamEntity(arn, name, f"AROA{number:016}", (policy,), trust=trust, tags={})
    grown_account = replace(account, roles={**account.roles, **added})
    return replace(snapshot, accounts={**snapshot.accounts, ACCOUNT: grown_account})


def measure(name: str, snapshot: Snapshot) -> None:
    """Prints the time of the diagnosis and of the plan; wall time and processor time."""
    report = app.diagnose(ATTEMPT, snapshot)
    for what, alternatives in (("plan", False), ("plan and alternatives", True)):
        wall, cpu = time.perf_counter(), time.process_time()
        plan = app.fix(report, snapshot, alternatives=alternatives)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        radius = plan.radius
        over = f"{radius.decisions:,} decisions, {radius.principals:,} principals" if radius else ""
        print(f"{name:9} {what:22} {wall:6.2f} s  {cpu:6.2f} s of processor  {over}")


def main() -> None:
    """Both sizes."""
    snapshot = app.load_snapshot([ROOT / "examples" / "acme" / "snapshot"])
    measure("example", snapshot)
    roles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    measure(f"{roles:,} roles", grown(snapshot, roles))


if __name__ == "__main__":
    main()
