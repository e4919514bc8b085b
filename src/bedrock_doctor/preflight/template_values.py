"""Intrinsic functions of CloudFormation, resolved as far as a template alone allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bedrock_doctor.preflight.template_nodes import Node

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_LITERAL = re.compile(r"\$\{!([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([^}]*)\}\}")
_LISTS = ("CommaDelimitedList", "List<")


class NotKnown(Exception):
    """A value that is not known before the deployment.

    Attributes:
        what: the function or name that keeps it open.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class _NoValue:
    """``AWS::NoValue``: the property is left out."""


NO_VALUE = _NoValue()


@dataclass(slots=True)
class TemplateValues:
    """Resolves the values of one template.

    Attributes:
        root: the template.
        parameters: values given, by parameter, pseudo parameter (``AWS::StackName``), or logical
            id of a resource whose name AWS CloudFormation makes.
        pseudo: pseudo parameters that are known.
        attribute: ``Ref`` (an empty name) and attributes of resources, by logical id; raises
            `NotKnown`.
    """

    root: Node
    parameters: Mapping[str, str]
    pseudo: Mapping[str, str]
    attribute: Callable[[str, str], str]
    _conditions: dict[str, bool] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def node(self, node: Node) -> Node | _NoValue:
        """The value with its functions resolved; members that have no value are left out.

        Raises:
            NotKnown: a function cannot be resolved.
        """
        if node.table is not None and len(node.table) == 1:
            name, argument = next(iter(node.table.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument, node)
        if node.items is not None:
            return Node(node.at, items=tuple(self._present(node.items)))
        if node.table is not None:
            table = {}
            for key, value in node.table.items():
                found = self.node(value)
                if isinstance(found, Node):
                    table[key] = found
            return Node(node.at, table=table, keys=node.keys)
        if isinstance(node.scalar, str) and (dynamic := _DYNAMIC.search(node.scalar)):
            raise NotKnown(f"{{{{resolve:{dynamic[1]}}}}}")
        return node

    def text(self, node: Node) -> str:
        """The value as a text.

        Raises:
            NotKnown: it cannot be resolved, or is none.
        """
        found = self.node(node)
        text = found.text if isinstance(found, Node) else None
        if text is None:
            raise NotKnown("a value that is no text")
        return text

    def holds(self, name: str) -> bool:
        """Whether a condition of the template holds.

        Raises:
            NotKnown: it depends on something that is not known.
        """
        if name not in self._conditions:
            conditions = self.root.member("Conditions")
            node = conditions.member(name) if conditions else None
            if node is None or name in self._open:
                raise NotKnown(f"the condition {name}")
            self._open.add(name)
            try:
                self._conditions[name] = self._condition(node)
            finally:
                self._open.discard(name)
        return self._conditions[name]

    def _present(self, items: tuple[Node, ...]) -> list[Node]:
        return [found for item in items if isinstance(found := self.node(item), Node)]

    def _call(self, name: str, argument: Node, node: Node) -> Node | _NoValue:
        match name:
            case "Ref":
                return self._ref(argument.text or "", node)
            case "Fn::GetAtt":
                return self._get_att(argument, node)
            case "Fn::Sub":
                return Node(node.at, scalar=self._sub(argument))
            case "Fn::Join":
                separator, items = self._arguments(argument, 2, name)
                parts = [self.text(item) for item in self._list(items)]
                return Node(node.at, scalar=self.text(separator).join(parts))
            case "Fn::If":
                condition, yes, no = self._arguments(argument, 3, name)
                return self.node(yes if self.holds(condition.text or "") else no)
            case "Fn::FindInMap":
                return self._find_in_map(argument, node)
            case "Fn::Select":
                index, items = self._arguments(argument, 2, name)
                listed = self._list(items)
                number = self.text(index)
                if not number.isdecimal() or int(number) >= len(listed):
                    raise NotKnown(f"{name} outside of its list")
                return listed[int(number)]
            case "Fn::Split":
                separator, text = self._arguments(argument, 2, name)
                parts = self.text(text).split(self.text(separator) or "\0")
                return Node(node.at, items=tuple(Node(node.at, scalar=part) for part in parts))
        shown = argument.text if argument.text is not None else "…"
        raise NotKnown(f"{name} {shown}")

    def _ref(self, name: str, node: Node) -> Node | _NoValue:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name.startswith("AWS::"):
            known = self.parameters.get(name) or self.pseudo.get(name)
            if known is None:
                raise NotKnown(name)
            return Node(node.at, scalar=known)
        declared = self.root.member("Parameters")
        parameter = declared.member(name) if declared else None
        if parameter is None:
            return Node(node.at, scalar=self.attribute(name, ""))
        type_ = parameter.member("Type")
        kind = (type_.text if type_ else None) or "String"
        value = self.parameters.get(name)
        if value is None:
            default = parameter.member("Default")
            value = default.text if default else None
            if value is None or kind.startswith("AWS::SSM::"):
                # the default of such a parameter is the name of what holds the value
                raise NotKnown(f"the parameter {name}")
        if kind.startswith(_LISTS) or kind.startswith("AWS::SSM::Parameter::Value<List<"):
            parts = [part.strip() for part in value.split(",")]
            return Node(node.at, items=tuple(Node(node.at, scalar=part) for part in parts))
        return Node(node.at, scalar=value)

    def _get_att(self, argument: Node, node: Node) -> Node:
        if argument.items is not None and len(argument.items) == 2:
            resource, attribute = (self.text(item) for item in argument.items)
        else:
            resource, _, attribute = (argument.text or "").partition(".")
        return Node(node.at, scalar=self.attribute(resource, attribute))

    def _sub(self, argument: Node) -> str:
        template, given = argument, None
        if argument.items is not None:
            template, given = self._arguments(argument, 2, "Fn::Sub")
        text = template.text
        if text is None:
            raise NotKnown("Fn::Sub of no text")

        def value(found: re.Match[str]) -> str:
            name = found[1].strip()
            own = given.member(name) if given else None
            if own is not None:
                return self.text(own)
            resource, dot, attribute = name.partition(".")
            if dot:
                return self.attribute(resource, attribute)
            return self.text(Node(argument.at, table={"Ref": Node(argument.at, scalar=name)}))

        resolved = _VARIABLE.sub(value, text)
        if dynamic := _DYNAMIC.search(resolved):
            raise NotKnown(f"{{{{resolve:{dynamic[1]}}}}}")
        return _LITERAL.sub(r"${\1}", resolved)

    def _find_in_map(self, argument: Node, node: Node) -> Node | _NoValue:
        items = argument.items or ()
        if len(items) not in (3, 4):
            raise NotKnown("Fn::FindInMap")
        mappings = self.root.member("Mappings")
        found: Node | None = mappings
        for step in items[:3]:
            found = found.member(self.text(step)) if found else None
        if found is not None:
            return self.node(found)
        default = items[3].member("DefaultValue") if len(items) == 4 else None
        if default is None:
            raise NotKnown("Fn::FindInMap outside of its map")
        return self.node(default)

    def _condition(self, node: Node) -> bool:
        if node.table is None or len(node.table) != 1:
            raise NotKnown("a condition that cannot be read")
        name, argument = next(iter(node.table.items()))
        items = argument.items or ()
        match name:
            case "Condition":
                return self.holds(argument.text or "")
            case "Fn::Equals" if len(items) == 2:
                return self.text(items[0]) == self.text(items[1])
            case "Fn::Not" if len(items) == 1:
                return not self._condition(items[0])
            case "Fn::And" | "Fn::Or" if items:
                return self._any_of(items, decides=name == "Fn::Or")
        raise NotKnown(f"a condition with {name}")

    def _any_of(self, items: tuple[Node, ...], *, decides: bool) -> bool:
        """One known operand may decide, whatever the others are."""
        doubt: NotKnown | None = None
        for item in items:
            try:
                if self._condition(item) is decides:
                    return decides
            except NotKnown as unknown:
                doubt = unknown
        if doubt is not None:
            raise doubt
        return not decides

    def _arguments(self, argument: Node, count: int, name: str) -> tuple[Node, ...]:
        if argument.items is None or len(argument.items) != count:
            raise NotKnown(f"{name} without {count} arguments")
        return argument.items

    def _list(self, node: Node) -> tuple[Node, ...]:
        found = self.node(node)
        if not isinstance(found, Node) or found.items is None:
            raise NotKnown("a list that is none")
        return found.items
