"""Edits applied in memory: the same checks, asked again with the changed documents."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.fix.patch import apply_steps
from bedrock_doctor.model.fix import ChangedDocument, Edit
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Level, Policies, Readable
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.way import Check, TracedCheck, TracedHop

_ORGANIZATION = (PolicyKind.SCP, PolicyKind.RCP)


def document_key(ref: PolicyRef) -> Hashable:
    """What makes two documents the same one, wherever they are attached."""
    if ref.arn:
        return ref.arn
    holder = "" if ref.kind in _ORGANIZATION else ref.holder
    return (ref.kind, ref.name, ref.account, holder)


def changed_documents(edits: Iterable[Edit]) -> tuple[ChangedDocument, ...]:
    """The documents with all their edits, in the order of their first edit."""
    grouped: dict[Hashable, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(document_key(edit.policy), []).append(edit)
    return tuple(_changed(group) for group in grouped.values())


def _changed(group: list[Edit]) -> ChangedDocument:
    first = group[0]
    return ChangedDocument(
        policy=first.policy,
        owner=first.owner,
        before=first.original,
        after=apply_steps(first.original, tuple(step for edit in group for step in edit.steps)),
        findings=tuple(dict.fromkeys(edit.finding for edit in group)),
        opens=tuple(dict.fromkeys(edit.opens for edit in group if edit.opens)),
    )


def asked_again(hops: Iterable[TracedHop], edits: Iterable[Edit]) -> tuple[TracedHop, ...]:
    """The way with the answers that it would get with the edits."""
    changed = changed_documents(edits)
    texts = {document_key(document.policy): document.after for document in changed}
    created = tuple(document for document in changed if not document.before)
    return tuple(
        TracedHop(hop.hop, tuple(_again(traced.check, texts, created) for traced in hop.checks))
        for hop in hops
    )


def _again(
    check: Check, texts: Mapping[Hashable, str], created: tuple[ChangedDocument, ...]
) -> TracedCheck:
    held = check.policies
    arns = check.request.context.values.get("aws:principalarn", ())
    new = tuple(
        PolicyDocument(document.policy, Source(document.after))
        for document in created
        if document.policy.holder in arns
    )
    policies = Policies(
        identity=(*(_put(entry, texts) for entry in held.identity), *new),
        resource=_put(held.resource, texts) if held.resource else None,
        boundary=_put(held.boundary, texts) if held.boundary else None,
        session=tuple(_put(e, texts) for e in held.session) if held.session is not None else None,
        scp=_levels(held.scp, texts) if isinstance(held.scp, tuple) else held.scp,
        rcp=_levels(held.rcp, texts) if isinstance(held.rcp, tuple) else held.rcp,
        endpoint=_put(held.endpoint, texts) if held.endpoint else None,
    )
    return TracedCheck(replace(check, policies=policies), explain(check.request, policies))


def _levels(levels: tuple[Level, ...], texts: Mapping[Hashable, str]) -> tuple[Level, ...]:
    return tuple(
        replace(level, documents=tuple(_put(entry, texts) for entry in level.documents))
        for level in levels
    )


def _put(entry: Readable, texts: Mapping[Hashable, str]) -> Readable:
    if not isinstance(entry, PolicyDocument):
        return entry
    after = texts.get(document_key(entry.ref))
    return entry if after is None else replace(entry, source=Source(after, entry.source.path))
