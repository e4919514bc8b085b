"""A policy replaced in memory by a text that somebody proposes: the same attempt, asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bedrock_doctor.diagnose.run import diagnose
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.fix.apply import asked_again, document_key
from bedrock_doctor.fix.blast_radius import Universe, blast_radius
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.fix import ChangedDocument, Edit
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


def proposed(report: Report, policy: PolicyRef, text: str) -> ChangedDocument:
    """A policy document of an attempt with the text that is proposed for it.

    Raises:
        UsageError: the policy binds no check of this attempt.
        BadInput: the text is no policy document.
    """
    key = document_key(policy)
    held = next((d for d in policies_of(report) if document_key(d.ref) == key), None)
    if held is None:
        raise UsageError(f"policy `{policy.name}` binds no check of this attempt")
    document = PolicyDocument(policy, Source(text))
    for problem in parse_policy(document).problems:
        at = document.source.position(problem.span.start)
        expected = f"expected {problem.expected}" if problem.expected else None
        raise BadInput(problem.message, line=at.line, column=at.column, help=expected)
    return ChangedDocument(policy, policy.account, held.source.text, text, (), ())


def what_if(report: Report, snapshot: Snapshot, change: ChangedDocument) -> Report:
    """The diagnosis that the attempt would get with one policy document replaced.

    Messages and events of the first diagnosis are left out: they speak of the policy as it was.

    Args:
        report: the diagnosis.
        snapshot: what it was asked of.
        change: as `proposed` makes it.
    """
    # an edit without steps, of a document that reads as proposed already
    edit = Edit("", change.owner, change.policy, change.after, ())
    return diagnose(report.way, asked_again(report.hops, [edit]), snapshot, ())


def opened_by(
    report: Report,
    snapshot: Snapshot,
    change: ChangedDocument,
    given: Iterable[ChangedDocument],
) -> BlastRadius:
    """Every decision of the snapshot that a replaced document makes different.

    Args:
        report: the diagnosis.
        snapshot: what it was asked of.
        change: as `proposed` makes it.
        given: documents that are replaced already.
    """
    others = tuple(d for d in given if document_key(d.policy) != document_key(change.policy))
    return blast_radius(Universe(report, snapshot), [change], others)
