"""Changing policy text in place: what is not changed keeps its characters and its order."""

from __future__ import annotations

import json
import re
from typing import Any

from bedrock_doctor.model.fix import AddStatement, AddValue, Step
from bedrock_doctor.model.json_spans import Member, Node, read_json

_EMPTY = '{\n  "Version": "2012-10-17",\n  "Statement": []\n}'


def apply_steps(text: str, steps: tuple[Step, ...]) -> str:
    """The text of a document with steps applied; an empty text stands for a new document.

    Raises:
        JsonDefect: the text is no JSON.
        KeyError: a statement that is to be changed is not there.
    """
    text = text or _EMPTY
    for step in steps:
        root = read_json(text)
        if isinstance(step, AddStatement):
            held = root.member("Statement")
            if held is None:
                raise KeyError("Statement")
            text = _append(text, held.value, step.statement)
            continue
        node = root.at(step.pointer)
        if node is None:
            raise KeyError(step.pointer)
        if isinstance(step, AddValue):
            text = _append(text, node, step.value)
        else:
            text = _nest(text, node, ["Condition", step.operator, step.key], step.value)
    return text


def _nest(text: str, node: Node, names: list[str], value: str) -> str:
    """Puts a value under nested names, made where they do not exist."""
    for depth, name in enumerate(names):
        member = _member(node, name)
        if member is None:
            made: Any = value
            for inner in reversed(names[depth + 1 :]):
                made = {inner: made}
            return _insert(text, node, name, made)
        node = member.value
    return _append(text, node, value)


def _member(node: Node, name: str) -> Member | None:
    """Operators and condition keys are compared without regard to case."""
    return next((m for m in node.members if m.name.lower() == name.lower()), None)


def _insert(text: str, node: Node, name: str, value: Any) -> str:
    blank = _gap(text, node, node.members[0].name_span.start if node.members else None)
    entry = f"{json.dumps(name)}: {_written(value, blank)}"
    return _added(text, node, entry, blank, node.members[-1].value if node.members else None)


def _append(text: str, node: Node, value: Any) -> str:
    if node.kind != "array":
        start, end = node.span.start, node.span.end
        return f"{text[:start]}[{text[start:end]}, {_written(value, ' ')}]{text[end:]}"
    blank = _gap(text, node, node.items[0].span.start if node.items else None)
    return _added(text, node, _written(value, blank), blank, node.items[-1] if node.items else None)


def _added(text: str, node: Node, entry: str, blank: str, last: Node | None) -> str:
    if last is None:
        start, end = node.span.start + 1, node.span.end - 1
        close = _margin(text, node.span.start) if "\n" in blank else ""
        return f"{text[:start]}{blank}{entry}{close}{text[end:]}"
    end = last.span.end
    return f"{text[:end]},{blank or ' '}{entry}{text[end:]}"


def _gap(text: str, node: Node, first: int | None) -> str:
    """The blank between an opening bracket and the first entry."""
    if first is not None:
        return text[node.span.start + 1 : first]
    return _margin(text, node.span.start) + "  " if "\n" in text else ""


def _margin(text: str, offset: int) -> str:
    """A line break with the indentation of the line that holds an offset."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    blank = re.match(r"[ \t]*", line)
    return "\n" + (blank[0] if blank else "")


def _written(value: Any, blank: str) -> str:
    if "\n" not in blank or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    margin = blank[blank.rfind("\n") :]
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", margin)
