"""A CloudFormation template, YAML or JSON, as values that know their places.

Short forms such as ``!Sub`` become the functions that they stand for.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from bedrock_doctor.errors import BadInput
from bedrock_doctor.model.json_spans import JsonDefect, read_json
from bedrock_doctor.model.json_spans import Node as JsonNode
from bedrock_doctor.model.source import Position, Source

_DEEPEST = 100
_MOST = 500_000
_CORE = "tag:yaml.org,2002:"

Scalar = str | bool | int | float | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a template.

    Attributes:
        at: where it stands.
        scalar: its value, where it is neither table nor list.
        items: its elements, where it is a list.
        table: its members, where it is a table.
    """

    at: Position
    scalar: Scalar = None
    items: tuple[Node, ...] | None = None
    table: Mapping[str, Node] | None = None
    keys: Mapping[str, Position] = field(default_factory=dict)
    """Where the names of the members stand."""

    def member(self, name: str) -> Node | None:
        """The member with this name."""
        return self.table.get(name) if self.table is not None else None

    @property
    def text(self) -> str | None:
        """The scalar as CloudFormation reads a text; None for tables, lists and null."""
        if self.items is not None or self.table is not None or self.scalar is None:
            return None
        if isinstance(self.scalar, bool):
            return "true" if self.scalar else "false"
        return str(self.scalar)


def read_template_nodes(text: str, path: str) -> Node:
    """Reads a template.

    Raises:
        BadInput: it is neither YAML nor JSON, with line and column.
    """
    if text.lstrip().startswith("{"):
        return _from_json_text(text, path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadInput(
            f"is no YAML: {error.problem or error.context}",
            path=path,
            line=mark.line + 1 if mark else 1,
            column=mark.column + 1 if mark else 1,
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, yaml.YAMLError) else "too deep"
        raise BadInput(f"is no YAML: {reason}", path=path, line=1) from None
    if root is None:
        raise BadInput("is empty", path=path, line=1, help="expected a CloudFormation template")
    return _Reader(path).node(root, 0)


class _Reader:
    """Turns YAML nodes into values; aliases are followed, within limits."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0

    def node(self, node: yaml.Node, depth: int) -> Node:
        at = Position(node.start_mark.line + 1, node.start_mark.column + 1)
        self.count += 1
        if depth > _DEEPEST or self.count > _MOST:
            raise BadInput("is nested too deeply", path=self.path, line=at.line, column=at.column)
        plain = self._plain(node, at, depth)
        if node.tag.startswith("!") and node.tag != "!":
            return _function(node.tag[1:], plain, at)
        return plain

    def _plain(self, node: yaml.Node, at: Position, depth: int) -> Node:
        if isinstance(node, yaml.SequenceNode):
            return Node(at, items=tuple(self.node(item, depth + 1) for item in node.value))
        if isinstance(node, yaml.MappingNode):
            table: dict[str, Node] = {}
            keys: dict[str, Position] = {}
            for key, value in node.value:
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
                place = Position(key.start_mark.line + 1, key.start_mark.column + 1)
                if name in table:
                    raise BadInput(
                        f"the key `{name}` stands twice in one table",
                        path=self.path,
                        line=place.line,
                        column=place.column,
                    )
                table[name] = self.node(value, depth + 1)
                keys[name] = place
            return Node(at, table=table, keys=keys)
        return Node(at, scalar=_scalar(node))


def _scalar(node: yaml.Node) -> Scalar:
    """CloudFormation knows no dates: ``2012-10-17`` is a text."""
    text = str(node.value)
    match node.tag.removeprefix(_CORE):
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int" if text.lstrip("+-").isdecimal() and not text.lstrip("+-").startswith("0"):
            return int(text)
        case _:
            return text


def _function(tag: str, argument: Node, at: Position) -> Node:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if tag == "GetAtt" and isinstance(argument.scalar, str):
        resource, _, attribute = argument.scalar.partition(".")
        argument = Node(at, items=(Node(at, scalar=resource), Node(at, scalar=attribute)))
    return Node(at, table={name: argument}, keys={name: at})


def _from_json_text(text: str, path: str) -> Node:
    source = Source(text)
    try:
        return _from_json(read_json(text), source)
    except JsonDefect as defect:
        at = source.position(defect.offset)
        raise BadInput(
            f"is no JSON: {defect.message}", path=path, line=at.line, column=at.column
        ) from None


def _from_json(node: JsonNode, source: Source) -> Node:
    at = source.position(node.span.start)
    if node.kind == "array":
        return Node(at, items=tuple(_from_json(item, source) for item in node.items))
    if node.kind == "object":
        return Node(
            at,
            table={member.name: _from_json(member.value, source) for member in node.members},
            keys={member.name: source.position(member.name_span.start) for member in node.members},
        )
    if node.kind == "number" and str(node.scalar).isdecimal():
        return Node(at, scalar=int(str(node.scalar)))
    return Node(at, scalar=node.scalar)
