"""Policy documents as Terraform: a document data source and the resource that carries it.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bedrock_doctor.fix.artifacts.policy_artifact import (
    Document,
    Placement,
    PolicyArtifact,
    conditions,
    heading,
    listed,
    own_trust,
    statements,
    unique,
    words_of,
)

_LISTS = (
    ("Action", "actions"),
    ("NotAction", "not_actions"),
    ("Resource", "resources"),
    ("NotResource", "not_resources"),
)
_PRINCIPALS = (("Principal", "principals"), ("NotPrincipal", "not_principals"))
_CURRENT = "2012-10-17"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def terraform(artifacts: Sequence[PolicyArtifact]) -> str:
    """HCL for all artifacts: one data source and one resource each, in their order.

    A policy that exists already is taken over with an ``import`` block (Terraform 1.5) before it is
    changed.

    Raises:
        ValueError: a document holds a literal ``&{``, which the data source cannot express.
    """
    taken: set[str] = set()
    labels = [unique(_label(artifact), taken, "_") for artifact in artifacts]
    blocks = []
    if any(a.placement is Placement.ENDPOINT and not a.holder for a in artifacts):
        blocks.append('variable "vpc_endpoint_id" {\n  type = string\n}\n')
    for label, artifact in zip(labels, artifacts, strict=True):
        trust = own_trust(artifact, artifacts)
        role = "" if trust is None else f"aws_iam_role.{labels[trust]}.name"
        lines = [f"# {line}" for line in heading(artifact)]
        lines += _data_source(label, artifact.document)
        lines += ["", *_resource(label, artifact, role)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _label(artifact: PolicyArtifact) -> str:
    text = "_".join(words_of(artifact)).lower()
    return f"policy_{text}" if text[0].isdigit() else text


def _quoted(text: str) -> str:
    """A text in HCL quotes, without interpolation."""
    parts = (
        _ESCAPES.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 32 else char) for char in text
    )
    return '"' + re.sub(r"([$%])\{", r"\1\1{", "".join(parts)) + '"'


class _Document:
    """The lines of one data source.

    IAM's policy variables are written ``&{…}`` in it; version 2008-10-17 has none.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        # IAM's default is 2008-10-17, the data source's is not
        self.version = str(document.get("Version", "2008-10-17"))

    def lines(self, label: str) -> Iterator[str]:
        yield f'data "aws_iam_policy_document" "{label}" {{'
        if self.version != _CURRENT:
            yield f"  version = {_quoted(self.version)}"
        if self.document.get("Id"):
            yield f"  policy_id = {_quoted(str(self.document['Id']))}"
        for number, statement in enumerate(statements(self.document)):
            if number:
                yield ""
            yield "  statement {"
            yield from self._statement(statement)
            yield "  }"
        yield "}"

    def _statement(self, statement: Mapping[str, Any]) -> Iterator[str]:
        if statement.get("Sid"):
            yield f"    sid = {_quoted(str(statement['Sid']))}"
        yield f"    effect = {_quoted(str(statement['Effect']))}"
        for element, name in _LISTS:
            if element in statement:
                variables = element.endswith("Resource")
                yield from self._values(name, listed(statement[element]), "    ", variables)
        for element, name in _PRINCIPALS:
            if element not in statement:
                continue
            value = statement[element]
            entries = value.items() if isinstance(value, Mapping) else [("*", value)]
            for kind, identifiers in entries:
                yield from ("", f"    {name} {{", f"      type = {_quoted(str(kind))}")
                yield from self._values("identifiers", listed(identifiers), "      ", True)
                yield "    }"
        for operator, key, values in conditions(statement):
            yield from ("", "    condition {", f"      test = {_quoted(operator)}")
            yield f"      variable = {_quoted(key)}"
            yield from self._values("values", values, "      ", True)
            yield "    }"

    def _values(
        self, name: str, values: Sequence[str], indent: str, variables: bool
    ) -> Iterator[str]:
        texts = [self._text(value) if variables else _quoted(value) for value in values]
        if len(texts) < 2:
            yield f"{indent}{name} = [{', '.join(texts)}]"
            return
        yield f"{indent}{name} = ["
        yield from (f"{indent}  {text}," for text in texts)
        yield f"{indent}]"

    def _text(self, value: str) -> str:
        if "&{" in value:
            raise ValueError("aws_iam_policy_document cannot express a literal &{")
        return _quoted(value.replace("${", "&{") if self.version == _CURRENT else value)


def _data_source(label: str, document: Document) -> Iterator[str]:
    return _Document(document).lines(label)


def _arguments(
    label: str, artifact: PolicyArtifact, role: str
) -> tuple[str, list[tuple[str, str]], str]:
    """Resource type, its arguments as HCL expressions, and the id under which it is imported."""
    document = f"data.aws_iam_policy_document.{label}.json"
    # the organization's size limit counts blanks
    dense = f"data.aws_iam_policy_document.{label}.minified_json"
    name, holder = _quoted(artifact.name), _quoted(artifact.holder)
    match artifact.placement:
        case Placement.ROLE_POLICY | Placement.USER_POLICY | Placement.GROUP_POLICY:
            kind = artifact.placement.value.rpartition(" ")[2]
            arguments = [("name", name), (kind, role or holder), ("policy", document)]
            return f"aws_iam_{kind}_policy", arguments, f"{artifact.holder}:{artifact.name}"
        case Placement.MANAGED_POLICY:
            arguments = [("name", name), ("path", _quoted(artifact.path)), ("policy", document)]
            return "aws_iam_policy", arguments, artifact.existing_id
        case Placement.TRUST:
            path = ("path", _quoted(artifact.path))
            arguments = [("name", holder), path, ("assume_role_policy", document)]
            return "aws_iam_role", arguments, artifact.holder
        case Placement.SCP | Placement.RCP:
            kind = artifact.placement.value.replace(" ", "_").upper()
            arguments = [("name", name), ("type", _quoted(kind)), ("content", dense)]
            return "aws_organizations_policy", arguments, artifact.existing_id
        case Placement.ENDPOINT:
            endpoint = holder if artifact.holder else "var.vpc_endpoint_id"
            arguments = [("vpc_endpoint_id", endpoint), ("policy", document)]
            return "aws_vpc_endpoint_policy", arguments, artifact.holder


def _resource(label: str, artifact: PolicyArtifact, role: str) -> Iterator[str]:
    kind, arguments, import_id = _arguments(label, artifact, role)
    if artifact.existing_id:
        yield from ("import {", f"  to = {kind}.{label}", f"  id = {_quoted(import_id)}", "}", "")
    yield f'resource "{kind}" "{label}" {{'
    width = max(len(name) for name, _ in arguments)
    yield from (f"  {name:<{width}} = {value}" for name, value in arguments)
    yield "}"
    organization = artifact.placement in (Placement.SCP, Placement.RCP)
    if organization and artifact.holder and not artifact.existing_id:
        yield from (
            "",
            f'resource "aws_organizations_policy_attachment" "{label}" {{',
            f"  policy_id = {kind}.{label}.id",
            f"  target_id = {_quoted(artifact.holder)}",
            "}",
        )
    if artifact.attach_to:
        kind_of = artifact.attach_to
        yield from (
            "",
            f'resource "aws_iam_{kind_of}_policy_attachment" "{label}" {{',
            f"  {kind_of:<10} = {_quoted(artifact.holder)}",
            f"  policy_arn = {kind}.{label}.arn",
            "}",
        )
