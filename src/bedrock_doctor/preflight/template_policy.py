"""Policy documents of templates: the JSON that is deployed, and where each value is written."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.source import Declared, Position, Source
from bedrock_doctor.preflight.template_nodes import Node
from bedrock_doctor.preflight.template_values import NotKnown, TemplateValues


def policy_documents(
    node: Node, ref: PolicyRef, resource: str, path: str, values: TemplateValues
) -> tuple[Readable, ...]:
    """A policy of a template.

    Where statements hold something that is not known before the deployment, the document holds the
    others, and a `Missing` stands for those: what is known of a united layer is not lost.

    Args:
        node: the document as written.
        ref: which policy it will be.
        resource: logical id of the resource that holds it.
        path: the template.
        values: of the template.
    """
    try:
        return (_document(values.node(node), ref, resource, path),)
    except NotKnown as unknown:
        reason = unknown.what
    statements = node.member("Statement")
    if statements is None or statements.items is None:
        return (missing_document(ref, resource, reason),)
    known, open_ = [], []
    for number, statement in enumerate(statements.items, 1):
        try:
            found = values.node(statement)
            known += [found] if isinstance(found, Node) else []
        except NotKnown as unknown:
            open_.append((number, unknown.what))
    if not open_ or not known:
        return (missing_document(ref, resource, reason),)
    table = {**(node.table or {}), "Statement": Node(statements.at, items=tuple(known))}
    try:
        rest = _document(
            values.node(Node(node.at, table=table, keys=node.keys)), ref, resource, path
        )
    except NotKnown as unknown:
        return (missing_document(ref, resource, unknown.what),)
    return (
        rest,
        *(
            Missing(
                f"statement {number} of {ref.kind.value} of {resource} ({what} is not known "
                "before the deployment)",
                "",
                ref.account,
            )
            for number, what in open_
        ),
    )


def missing_document(ref: PolicyRef, resource: str, what: str) -> Missing:
    """A document that is not known before the deployment."""
    reason = f"{what} is not known before the deployment"
    return Missing(f"{ref.kind.value} of {resource} ({reason})", "", ref.account)


def _document(node: object, ref: PolicyRef, resource: str, path: str) -> PolicyDocument:
    if not isinstance(node, Node):
        raise NotKnown("a policy without value")
    writer = _Writer()
    writer.value(node, 0)
    declared = Declared(resource, "", tuple(writer.anchors))
    return PolicyDocument(
        ref, Source("".join(writer.parts), path, verbatim=False, declared=declared)
    )


class _Writer:
    """Writes JSON with an indent of two blanks, and notes where everything comes from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.anchors: list[tuple[int, Position]] = []

    def value(self, node: Node, depth: int) -> None:
        self.anchors.append((self.length, node.at))
        if node.items is not None:
            self._group("[", "]", [("", item, item.at) for item in node.items], depth)
        elif node.table is not None:
            self._group("{", "}", list(_members(node)), depth)
        else:
            # CloudFormation hands numbers and booleans of documents on as texts
            self._add(json.dumps(node.text, ensure_ascii=False))

    def _group(
        self, opening: str, closing: str, members: list[tuple[str, Node, Position]], depth: int
    ) -> None:
        self._add(opening)
        for number, (key, value, at) in enumerate(members):
            self._add((",\n" if number else "\n") + "  " * (depth + 1))
            if key:
                self.anchors.append((self.length, at))
                self._add(key)
            self.value(value, depth + 1)
        self._add(("\n" + "  " * depth if members else "") + closing)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _members(node: Node) -> Iterator[tuple[str, Node, Position]]:
    for key, value in (node.table or {}).items():
        name = json.dumps(key, ensure_ascii=False)
        yield f"{name}: ", value, node.keys.get(key, value.at)
