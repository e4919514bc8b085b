"""Times ministack on a workload: python ministack_engine.py WORKLOAD REPEAT VERDICTS.

Runs with the interpreter that has ministack. Policies are parsed before.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator  # type: ignore[import-not-found]

OWN_KEYS = {"aws:requestedregion", "aws:securetransport", "aws:sourceip"}
NAMES = {"Allow": "Allowed", "Deny": "ExplicitlyDenied", "ImplicitDeny": "ImplicitlyDenied"}


def decide(role: dict[str, Any], policy: object, request: dict[str, Any]) -> str:
    """The verdict of one request, in the words of this project."""
    given = request["context"]
    rest = {key.lower(): value for key, value in given.items() if key.lower() not in OWN_KEYS}
    context = iam_evaluator.EvalContext(
        role["arn"],
        "AssumedRole",
        request["account"],
        request["action"],
        request["resource"],
        given["aws:RequestedRegion"],
        source_ip=given["aws:SourceIp"],
        secure_transport=given["aws:SecureTransport"] == "true",
        service_context=rest,
    )
    return NAMES[iam_evaluator.evaluate(context, [policy]).decision]


def main() -> None:
    """Runs every request of every role some times."""
    given, repeat, output = sys.argv[1:]
    workload = json.loads(Path(given).read_text())
    roles = workload["roles"]
    policies = [iam_evaluator.parse_policy_document(role["policy"]) for role in roles]
    rates, verdicts = [], []
    for _ in range(int(repeat)):
        start = time.process_time()
        verdicts = [
            decide(role, policy, request)
            for role, policy in zip(roles, policies, strict=True)
            for request in workload["requests"]
        ]
        rates.append(len(verdicts) / (time.process_time() - start))
    Path(output).write_text(json.dumps({"rates": rates, "verdicts": verdicts}))


if __name__ == "__main__":
    main()
