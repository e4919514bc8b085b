"""How long a large account takes to load, and how much memory that needs.

Writes a GetAccountAuthorizationDetails output of the given size, as the AWS CLI would print it,
to a temporary directory, then loads it in a process of its own. Loading finds every role and checks
the shape of every entry; documents are taken from the file when a role is first asked for.

    python benchmarks/snapshot_load.py [--megabytes 100] [--compact]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ACCOUNT = "444455556666"
ROLE_BYTES = {False: 8_900, True: 4_000}


def role(number: int, rng: random.Random) -> dict[str, object]:
    """One role with a trust policy, three inline policies and two attached ones."""
    name = f"service-{number:06d}"
    return {
        "Path": "/service/",
        "RoleName": name,
        "RoleId": f"AROA{rng.getrandbits(80):020X}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/service/{name}",
        "CreateDate": "2026-02-03T04:05:06+00:00",
        "AssumeRolePolicyDocument": policy(rng, 1, principal=True),
        "InstanceProfileList": [],
        "RolePolicyList": [
            {"PolicyName": f"inline-{index}", "PolicyDocument": policy(rng, 4)}
            for index in range(3)
        ],
        "AttachedManagedPolicies": [
            {"PolicyName": f"team-{n}", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/team-{n}"}
            for n in rng.sample(range(50), 2)
        ],
        "Tags": [{"Key": "team", "Value": f"équipe-{number % 17}"}],
        "RoleLastUsed": {},
    }


def policy(rng: random.Random, statements: int, *, principal: bool = False) -> dict[str, object]:
    """A policy of the given number of statements."""
    target = (
        {"Principal": {"AWS": f"arn:aws:iam::{rng.randrange(10**12):012d}:root"}}
        if principal
        else {"Resource": f"arn:aws:bedrock:*::foundation-model/vendor.model-{rng.randrange(99)}*"}
    )
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"S{index}",
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"] if principal else ["bedrock:InvokeModel", "s3:Get*"],
                **target,
                "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-3"]}},
            }
            for index in range(statements)
        ],
    }


def write_snapshot(root: Path, size: int, *, compact: bool) -> Path:
    """Writes the snapshot and returns its large file."""
    rng = random.Random(7)
    roles = [role(number, rng) for number in range(size // ROLE_BYTES[compact])]
    policies = [
        {
            "PolicyName": f"team-{n}",
            "PolicyId": f"ANPA{n:016d}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/team-{n}",
            "Path": "/",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {"Document": policy(rng, 6), "VersionId": "v1", "IsDefaultVersion": True}
            ],
        }
        for n in range(50)
    ]
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": roles,
        "Policies": policies,
    }
    file = root / "accounts" / ACCOUNT / "iam" / "get-account-authorization-details.json"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8") as out:
        json.dump(details, out, indent=None if compact else 4, ensure_ascii=False)
    return file


def measure(root: str) -> Iterator[tuple[str, float]]:
    """Loads the snapshot and takes the time of each step, then the memory at its highest."""
    import resource

    started = time.perf_counter()
    from bedrock_doctor.collect.load_snapshot import load_snapshot

    yield "import, ms", (time.perf_counter() - started) * 1e3
    started = time.perf_counter()
    account = load_snapshot([root]).accounts[ACCOUNT]
    yield "load, s", time.perf_counter() - started
    names = list(account.roles)
    started = time.perf_counter()
    for name in names[-4:]:
        assert account.roles[name].policies
    yield "first 4 roles, ms", (time.perf_counter() - started) * 1e3
    started = time.perf_counter()
    documents = sum(len(entity.policies) + 1 for entity in account.roles.values())
    yield "all roles, s", time.perf_counter() - started
    yield "roles", len(names)
    yield "documents", documents
    yield "peak memory, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--compact", action="store_true", help="one line, as SDKs write")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        for label, value in measure(options.measure):
            print(f"{label:>20} {value:12.3f}")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = write_snapshot(Path(folder), options.megabytes * 10**6, compact=options.compact)
        print(f"{'file, MB':>20} {file.stat().st_size / 1e6:12.1f}")
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--measure", folder], check=True)


if __name__ == "__main__":
    main()
