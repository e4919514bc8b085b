"""Times this project's engine on a workload: python own_engine.py WORKLOAD REPEAT VERDICTS.

Policies are parsed and compiled before; requests are built in the timed part, as for the others.
`alone` are the rates without that.
The others do not ask for trust policies. Here roles have one that names their account, so that the
identity policies decide alone.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import Principal, parse_principal
from bedrock_doctor.model.request import Context, Policies, Request
from bedrock_doctor.model.source import Source

TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
}


def compiled(role: dict[str, Any]) -> tuple[CompiledPolicies, CompiledPolicies]:
    """A role's policy, ready for requests of roles and of anything else."""
    own = document(PolicyKind.INLINE, role["policy"])
    trust = document(PolicyKind.TRUST, {"Version": "2012-10-17", "Statement": TRUST})
    return (
        CompiledPolicies(Policies(identity=(own,), resource=trust)),
        CompiledPolicies(Policies(identity=(own,))),
    )


def document(kind: PolicyKind, policy: dict[str, Any]) -> PolicyDocument:
    """A policy as text."""
    return PolicyDocument(PolicyRef(kind, "p"), Source(json.dumps(policy)))


def request_of(caller: Principal, arn: str, request: dict[str, Any]) -> Request:
    """One request in the engine's form."""
    context = Context(
        {
            **{key.lower(): (value,) for key, value in request["context"].items()},
            "aws:principalarn": (arn,),
        }
    )
    return Request(caller, request["action"], request["resource"], request["account"], context)


def main() -> None:
    """Runs every request of every role some times."""
    given, repeat, output = sys.argv[1:]
    workload = json.loads(Path(given).read_text())
    roles = workload["roles"]
    ready = [
        (parse_principal(role["session"], role_arn=role["arn"]), role["arn"], *compiled(role))
        for role in roles
    ]
    asked = [
        (
            of_roles if request["action"].startswith("sts:") else of_others,
            request_of(caller, arn, request),
        )
        for caller, arn, of_roles, of_others in ready
        for request in workload["requests"]
    ]
    rates, alone, verdicts = [], [], []
    for _ in range(int(repeat)):
        start = time.process_time()
        for policies, request in asked:
            decide(policies, request)
        alone.append(len(asked) / (time.process_time() - start))
        start = time.process_time()
        verdicts = [
            decide(
                of_roles if request["action"].startswith("sts:") else of_others,
                request_of(caller, arn, request),
            ).outcome.value
            for caller, arn, of_roles, of_others in ready
            for request in workload["requests"]
        ]
        rates.append(len(verdicts) / (time.process_time() - start))
    Path(output).write_text(json.dumps({"rates": rates, "alone": alone, "verdicts": verdicts}))


if __name__ == "__main__":
    main()
