"""Fuzzes the policy parser and the evaluation of what it read."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["bedrock_doctor"]):
    from bedrock_doctor.evaluate.authorize import authorize
    from bedrock_doctor.evaluate.explain import explain
    from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
    from bedrock_doctor.model.policy_parser import parse_policy
    from bedrock_doctor.model.principal import parse_principal
    from bedrock_doctor.model.request import Context, Policies, Request
    from bedrock_doctor.model.source import Source

ROLE = "arn:aws:iam::444455556666:role/team/gateway"
REQUEST = Request(
    parse_principal("arn:aws:sts::444455556666:assumed-role/gateway/app"),
    "bedrock:InvokeModel",
    "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-6",
    None,
    Context.of({"aws:RequestedRegion": "eu-central-1", "aws:PrincipalArn": ROLE}),
)


def one_input(data: bytes) -> None:
    """Reads the bytes as a policy and evaluates it in every place where policies stand."""
    text = data.decode("utf-8", "replace")
    document = PolicyDocument(PolicyRef(PolicyKind.INLINE, "P", ROLE), Source("policy.json", text))
    policy = parse_policy(document)
    for problem in policy.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1
    policies = Policies(identity=(document,), boundary=document, session=(document,))
    decision = authorize(REQUEST, policies)
    assert explain(REQUEST, policies).decision.outcome is decision.outcome


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
