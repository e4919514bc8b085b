"""A policy replaced in memory by a text that somebody proposes: the same attempt, asked again."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.run import diagnose
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.fix.apply import asked_again, document_key
from bedrock_doctor.model.fix import Edit
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.source import Source


def policies_of(report: Report) -> Iterator[PolicyDocument]:
    """The policy documents that bind the checks of an attempt, each once, in AWS's order."""
    seen = set()
    for hop in report.hops:
        for traced in hop.checks:
            for document in _documents(traced.check.policies):
                if document_key(document.ref) not in seen:
                    seen.add(document_key(document.ref))
                    yield document


def _documents(held: Policies) -> Iterator[PolicyDocument]:
    hierarchies = [levels for levels in (held.scp, held.rcp) if isinstance(levels, tuple)]
    entries = [
        *held.identity,
        held.boundary,
        *(held.session or ()),
        *(entry for levels in hierarchies for level in levels for entry in level.documents),
        held.resource,
        held.endpoint,
    ]
    yield from (entry for entry in entries if isinstance(entry, PolicyDocument))


def what_if(report: Report, snapshot: Snapshot, policy: PolicyRef, text: str) -> Report:
    """The diagnosis that the attempt would get with one policy document replaced.

    Messages and events of the first diagnosis are left out: they speak of the policy as it was.

    Args:
        report: the diagnosis.
        snapshot: what it was asked of.
        policy: a document of `policies_of`.
        text: the whole new document.

    Raises:
        UsageError: the policy binds no check of this attempt.
        BadInput: the text is no policy document.
    """
    key = document_key(policy)
    if all(document_key(document.ref) != key for document in policies_of(report)):
        raise UsageError(f"policy `{policy.name}` binds no check of this attempt")
    document = PolicyDocument(policy, Source(text))
    for problem in parse_policy(document).problems:
        at = document.source.position(problem.span.start)
        expected = f"expected {problem.expected}" if problem.expected else None
        raise BadInput(problem.message, line=at.line, column=at.column, help=expected)
    # an edit without steps, of a document that reads as proposed already
    hops = asked_again(report.hops, [Edit("", policy.account, policy, text, ())])
    return diagnose(report.way, hops, snapshot, ())
