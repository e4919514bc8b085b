"""Decisions a second of `evaluate --timing`, with the policies of a workload and with every layer.

    python benchmarks/decisions.py [--runs 5]

The workload is that of benchmarks/peers: 200 role policies x 50 requests. It runs three times: as
it is; with every layer open, so that the verdicts must be the same (FullAWSAccess at three levels
of SCPs, RCPFullAWSAccess, the default policy of endpoints, a boundary and a session policy like
AdministratorAccess); and with every layer full: a boundary and a session policy that limit, an
endpoint policy with a condition, SCPs that fence Regions and close services, an RCP. There more is
denied; the verdicts are printed.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from workload import ACCOUNT, REGIONS, TEAMS, workload

RATE = re.compile(r"(\d+) decisions in ([\d.]+) s")


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abcd1234"}}
FENCE = {
    "Effect": "Deny",
    "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*"],
    "Resource": "*",
    "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": REGIONS},
        "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/operations-*"},
    },
}
CLOSED = {"Effect": "Deny", "Action": ["organizations:LeaveOrganization", "sso:*"], "Resource": "*"}
OPEN_LAYERS = {
    "boundary": policy(EVERYTHING),
    "session_policy": policy(EVERYTHING),
    "vpce_policy": policy({**EVERYTHING, "Principal": "*"}),
    "scp_levels": [[policy(EVERYTHING)]] * 3,
    "rcp_levels": [[policy({**EVERYTHING, "Principal": "*"})]] * 3,
}
FULL_LAYERS = {
    "boundary": policy(
        EVERYTHING, {"Effect": "Deny", "Action": ["iam:*User*", "iam:*AccessKey*"], "Resource": "*"}
    ),
    "session_policy": policy(
        {"Effect": "Allow", "Action": ["bedrock:*", "s3:*", "logs:*", "sts:*"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["dynamodb:*", "secretsmanager:Get*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": TEAMS}},
        },
    ),
    "vpce_policy": policy({**EVERYTHING, "Principal": "*", "Condition": ORGANIZATION}),
    "scp_levels": [
        [policy(EVERYTHING)],
        [policy(EVERYTHING), policy(FENCE)],
        [policy(EVERYTHING), policy(CLOSED)],
    ],
    "rcp_levels": [
        [
            policy(
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": ["s3:*", "sts:*", "secretsmanager:*"],
                    "Resource": "*",
                    "Condition": {
                        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcd1234"},
                        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                    },
                }
            )
        ]
    ],
}
NO_MORE_LAYERS: dict[str, Any] = {
    "boundary": None,
    "session_policy": None,
    "vpce_policy": None,
    "scp_levels": [],
    "rcp_levels": [],
}


def cases(layers: dict[str, Any]) -> Iterator[str]:
    """The workload as lines for `evaluate`."""
    made = workload()
    for role in made["roles"]:
        for number, request in enumerate(made["requests"]):
            request = {
                "principal": role["session"],
                "principal_account": ACCOUNT,
                "action": request["action"],
                "resource": request["resource"],
                "resource_account": request["account"],
                "context": {**request["context"], "aws:PrincipalArn": role["arn"]},
            }
            yield json.dumps(
                {
                    "id": f"{role['arn']}/{number}",
                    "request": request,
                    "identity_policies": [role["policy"]],
                    "resource_policy": None,
                    **layers,
                }
            )


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    first: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, layers in (
            ("its policies", NO_MORE_LAYERS),
            ("every layer, open", OPEN_LAYERS),
            ("every layer, full", FULL_LAYERS),
        ):
            file = Path(folder) / "cases.jsonl"
            file.write_text("\n".join(cases(layers)))
            command = [sys.executable, "-m", "bedrock_doctor", "evaluate", "--timing", str(file)]
            rates = []
            for _ in range(given.runs):
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = RATE.search(done.stderr.replace(",", ""))
                if found is None:
                    raise SystemExit(done.stderr)
                rates.append(int(found[1]) / float(found[2]))
            verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
            first = first or verdicts
            differ = sum(one != other for one, other in zip(first, verdicts, strict=True))
            print(
                f"{name}: {statistics.median(rates):,.0f} decisions/s "
                f"({min(rates):,.0f} to {max(rates):,.0f})\n"
                f"  {dict(Counter(verdicts).most_common())}, {differ:,} differ from the first"
            )


if __name__ == "__main__":
    main()
