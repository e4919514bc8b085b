"""Policy documents as Terraform: a document data source and the resource that carries it.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bedrock_doctor.fix.artifacts.policy_artifact import (
    Document,
    Placement,
    PolicyArtifact,
    conditions,
    listed,
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


def terraform(artifacts: Sequence[PolicyArtifact]) -> str:
    """HCL for all artifacts: one data source and one resource each, in their order.

    What exists already is taken over with an ``import`` block (Terraform 1.5) before it is changed.
    """
    taken: set[str] = set()
    blocks: list[str] = []
    labels = [unique(_label(artifact), taken, "_") for artifact in artifacts]
    roles = {
        artifact.holder: f"aws_iam_role.{label}.name"
        for artifact, label in zip(artifacts, labels, strict=True)
        if artifact.placement is Placement.TRUST
    }
    for artifact, label in zip(artifacts, labels, strict=True):
        lines = [f"# {line}" for line in _comment(artifact)]
        lines += _data_source(label, artifact.document)
        lines += ["", *_resource(label, artifact, roles)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _comment(artifact: PolicyArtifact) -> list[str]:
    where = f", in account {artifact.account}" if artifact.account else ""
    return [line for line in (f"{artifact.title}{where}", artifact.comment) if line]


def _label(artifact: PolicyArtifact) -> str:
    text = "_".join(words_of(artifact)).lower()
    return f"policy_{text}" if text[0].isdigit() else text


def _quoted(text: str, *, in_document: bool = False) -> str:
    """A text in HCL quotes; in documents IAM's ``${…}`` is written ``&{…}``, as Terraform asks."""
    escaped = json.dumps(text, ensure_ascii=False)
    if in_document:
        escaped = escaped.replace("${", "&{")
    return re.sub(r"([$%])\{", r"\1\1{", escaped)


def _values(name: str, values: Sequence[str], indent: str) -> Iterator[str]:
    texts = [_quoted(value, in_document=True) for value in values]
    if len(texts) < 2:
        yield f"{indent}{name} = [{', '.join(texts)}]"
        return
    yield f"{indent}{name} = ["
    yield from (f"{indent}  {text}," for text in texts)
    yield f"{indent}]"


def _data_source(label: str, document: Document) -> Iterator[str]:
    yield f'data "aws_iam_policy_document" "{label}" {{'
    version = document.get("Version")
    if version and version != "2012-10-17":
        yield f"  version = {_quoted(str(version))}"
    if document.get("Id"):
        yield f"  policy_id = {_quoted(str(document['Id']))}"
    for number, statement in enumerate(statements(document)):
        if number:
            yield ""
        yield "  statement {"
        yield from _statement(statement)
        yield "  }"
    yield "}"


def _statement(statement: Mapping[str, Any]) -> Iterator[str]:
    if statement.get("Sid"):
        yield f"    sid = {_quoted(str(statement['Sid']))}"
    yield f"    effect = {_quoted(str(statement['Effect']))}"
    for element, name in _LISTS:
        if element in statement:
            yield from _values(name, listed(statement[element]), "    ")
    for element, name in _PRINCIPALS:
        if element not in statement:
            continue
        value = statement[element]
        entries = value.items() if isinstance(value, Mapping) else [("*", value)]
        for kind, identifiers in entries:
            yield from ("", f"    {name} {{", f"      type = {_quoted(str(kind))}")
            yield from _values("identifiers", listed(identifiers), "      ")
            yield "    }"
    for operator, key, values in conditions(statement):
        yield from ("", "    condition {", f"      test = {_quoted(operator)}")
        yield f"      variable = {_quoted(key)}"
        yield from _values("values", values, "      ")
        yield "    }"


def _arguments(
    label: str, artifact: PolicyArtifact, roles: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]], str]:
    """Resource type, its arguments as HCL expressions, and the id under which it is imported.

    A policy of a role that stands in the same text names the role's resource: it comes after it.
    """
    document = f"data.aws_iam_policy_document.{label}.json"
    name, holder = _quoted(artifact.name), _quoted(artifact.holder)
    match artifact.placement:
        case Placement.ROLE_POLICY | Placement.USER_POLICY | Placement.GROUP_POLICY:
            kind = artifact.placement.value.rpartition(" ")[2]
            if artifact.placement is Placement.ROLE_POLICY:
                holder = roles.get(artifact.holder, holder)
            arguments = [("name", name), (kind, holder), ("policy", document)]
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
            arguments = [("name", name), ("type", _quoted(kind)), ("content", document)]
            return "aws_organizations_policy", arguments, artifact.existing_id
        case Placement.ENDPOINT:
            arguments = [("vpc_endpoint_id", holder), ("policy", document)]
            return "aws_vpc_endpoint_policy", arguments, artifact.holder


def _resource(label: str, artifact: PolicyArtifact, roles: Mapping[str, str]) -> Iterator[str]:
    kind, arguments, import_id = _arguments(label, artifact, roles)
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
