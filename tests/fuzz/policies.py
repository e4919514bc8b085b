"""Fuzzes the policy parser and the evaluation of what it read.

The first byte says how the rest becomes a policy: as text, or as the choices of the generator of
the differential tests, after which some characters of the text are replaced or cut out. Bytes alone
would hardly ever be JSON, and never a policy.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["bedrock_doctor"]):
    from bedrock_doctor.evaluate.authorize import decide
    from bedrock_doctor.evaluate.compile import CompiledPolicies
    from bedrock_doctor.evaluate.explain import explain
    from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
    from bedrock_doctor.model.policy_parser import parse_policy
    from bedrock_doctor.model.principal import parse_principal
    from bedrock_doctor.model.request import Context, Policies, Request
    from bedrock_doctor.model.source import Source

from tests.differential.generate import CONTEXT, TARGETS
from tests.differential.generate_statements import statement
from tests.fuzz.drawn import Drawn

ROLE = "arn:aws:iam::111122223333:role/team/app"
CALLER = parse_principal("arn:aws:sts::111122223333:assumed-role/app/i-1")
KINDS = {
    PolicyKind.INLINE: "identity",
    PolicyKind.BOUNDARY: "boundary",
    PolicyKind.SESSION: "session",
    PolicyKind.TRUST: "trust",
    PolicyKind.RESOURCE: "resource",
    PolicyKind.SCP: "scp",
    PolicyKind.RCP: "rcp",
    PolicyKind.ENDPOINT: "vpce",
}
PIECES = ('"', "{", "}", "[", "]", ",", ":", "\\", "\\u00e9", "*", "${", "'", "null", "\ud800", " ")


def one_input(data: bytes) -> None:
    """Reads a policy, and evaluates it in every place where policies stand."""
    drawn = Drawn(data)
    kind = list(KINDS)[drawn.take(1) % len(KINDS)]
    action, resource, account = TARGETS[drawn.take(1) % len(TARGETS)]
    text = _written(drawn, kind, action, resource)
    document = PolicyDocument(PolicyRef(kind, "P", holder=ROLE), Source(text))
    policy = parse_policy(document)
    for problem in policy.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1, problem
    request = Request(CALLER, action, resource, account, _context(drawn))
    policies = Policies(
        identity=(document,), boundary=document, session=(document,), resource=document
    )
    decision = decide(CompiledPolicies(policies), request)
    assert explain(request, policies).decision == decision


def _written(drawn: Drawn, kind: PolicyKind, action: str, resource: str) -> str:
    if drawn.take(1) % 4 == 0:
        return drawn.rest().decode("utf-8", "replace")
    request = {
        "principal": CALLER.arn,
        "principal_account": CALLER.account,
        "action": action,
        "resource": resource,
        "resource_account": CALLER.account,
        "context": {},
    }
    statements = [statement(drawn, request, KINDS[kind], True) for _ in range(drawn.take(1) % 3)]
    version = ("2012-10-17", "2008-10-17", "2012", None)[drawn.take(1) % 4]
    text = json.dumps({"Version": version, "Statement": statements})
    for _ in range(drawn.take(1) % 4):
        at = drawn.take(2) % len(text)
        piece = PIECES[drawn.take(1) % len(PIECES)]
        text = text[:at] + piece + text[at + drawn.take(1) % 8 :]
    return text


def _context(drawn: Drawn) -> Context:
    chosen = {key: values[drawn.take(1) % len(values)] for key, values in CONTEXT.items()}
    return Context.of({key: value for key, value in chosen.items() if drawn.take(1) % 2})


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
