"""Edits applied in memory: the same checks, asked again with the changed documents."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable
from dataclasses import replace

from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.fix.limits import fitted
from bedrock_doctor.fix.patch import apply_steps
from bedrock_doctor.model.fix import AddStatement, ChangedDocument, Edit
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Policies, Readable
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.way import TracedCheck, TracedHop
from bedrock_doctor.path.organization_policies import Levels

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
    steps = [step for edit in group for step in edit.steps]
    # a new statement can turn a lone one into a list: pointers are followed before that
    steps.sort(key=lambda step: isinstance(step, AddStatement))
    return ChangedDocument(
        policy=first.policy,
        owner=first.owner,
        before=first.original,
        after=fitted(first.policy, apply_steps(first.original, tuple(steps))),
        findings=tuple(dict.fromkeys(edit.finding for edit in group)),
        opens=tuple(dict.fromkeys(edit.opens for edit in group if edit.opens)),
    )


class Changes:
    """Changed documents as they stand in the policies of a request."""

    def __init__(self, documents: Iterable[ChangedDocument]) -> None:
        changed = tuple(documents)
        self.texts = {document_key(document.policy): document.after for document in changed}
        self._created = tuple(document for document in changed if not document.before)
        self._levels: dict[int, tuple[object, Levels]] = {}

    def policies(self, held: Policies, principals: tuple[str, ...]) -> Policies:
        """The policies with the changes; the same object where nothing is changed.

        Args:
            held: what binds the request now.
            principals: the ARN that conditions know the principal by; none: not known.
        """
        new = tuple(
            PolicyDocument(document.policy, Source(document.after))
            for document in self._created
            if document.policy.holder in principals
        )
        changed = Policies(
            identity=(*map(self.document, held.identity), *new),
            resource=self.document(held.resource) if held.resource else None,
            boundary=self.document(held.boundary) if held.boundary else None,
            session=tuple(map(self.document, held.session)) if held.session is not None else None,
            scp=self.levels(held.scp),
            rcp=self.levels(held.rcp),
            endpoint=self.document(held.endpoint) if held.endpoint else None,
        )
        return held if _same(held, changed) else changed

    def levels(self, levels: Levels) -> Levels:
        """A hierarchy of control policies with the changes; equal ones are one object."""
        if not isinstance(levels, tuple):
            return levels
        known = self._levels.get(id(levels))
        if known is None:
            made = tuple(
                replace(level, documents=tuple(map(self.document, level.documents)))
                for level in levels
            )
            # the key is kept with its value: an id is one object's only while that lives
            known = self._levels[id(levels)] = levels, levels if made == levels else made
        return known[1]

    def document(self, entry: Readable) -> Readable:
        """One document with the changes."""
        if not isinstance(entry, PolicyDocument):
            return entry
        after = self.texts.get(document_key(entry.ref))
        if after is None or after == entry.source.text:
            return entry
        return replace(entry, source=Source(after, entry.source.path))


def _same(held: Policies, changed: Policies) -> bool:
    return (
        held.scp is changed.scp
        and held.rcp is changed.rcp
        and held.resource is changed.resource
        and held.boundary is changed.boundary
        and held.endpoint is changed.endpoint
        and len(held.identity) == len(changed.identity)
        and all(map(operator.is_, held.identity, changed.identity))
        and all(map(operator.is_, held.session or (), changed.session or ()))
    )


def asked_again(hops: Iterable[TracedHop], edits: Iterable[Edit]) -> tuple[TracedHop, ...]:
    """The way with the answers that it would get with the edits."""
    changes = Changes(changed_documents(edits))
    return tuple(
        TracedHop(hop.hop, tuple(_again(traced, changes) for traced in hop.checks)) for hop in hops
    )


def _again(traced: TracedCheck, changes: Changes) -> TracedCheck:
    check = traced.check
    principals = check.request.context.values.get("aws:principalarn", ())
    policies = changes.policies(check.policies, principals)
    if policies is check.policies:
        return traced
    return TracedCheck(replace(check, policies=policies), explain(check.request, policies))
