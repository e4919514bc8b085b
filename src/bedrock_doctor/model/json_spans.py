"""A JSON reader that remembers where every value stands.

It accepts exactly RFC 8259 and objects to what other readers let pass: duplicate names, a
byte order mark, NaN. It is iterative, so that depth is limited by a rule and
not by the interpreter's stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_doctor.model.source import Span

MAX_DEPTH = 200
"""Deepest nesting that is read. AWS's own policies nest six levels."""

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*)(?:"|(\\))')
_ESCAPED = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORDS = {"true": True, "false": False, "null": None}

Scalar = str | int | float | bool | None


class JsonDefect(Exception):
    """The text is no JSON.

    Attributes:
        message: what is wrong.
        offset: where, in characters.
        pointer: JSON pointer of the value being read.
    """

    def __init__(self, message: str, offset: int, pointer: str) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Member:
    """One name-value pair of an object."""

    name: str
    name_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value with its place.

    Attributes:
        kind: ``object``, ``array``, ``string``, ``number``, ``boolean`` or ``null``.
        span: where it stands, quotes and brackets included.
        pointer: its JSON pointer (RFC 6901).
        scalar: the value of a string, boolean or null; the literal text of a number.
        members: of an object, in document order.
        items: of an array.
    """

    kind: str
    span: Span
    pointer: str
    scalar: Scalar = None
    members: tuple[Member, ...] = ()
    items: tuple[Node, ...] = ()

    def member(self, name: str) -> Member | None:
        """The member with this exact name."""
        return next((member for member in self.members if member.name == name), None)

    def walk(self) -> Iterator[Node]:
        """This value and all values below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.items))
            stack.extend(member.value for member in reversed(node.members))

    def at(self, pointer: str) -> Node | None:
        """The value with this pointer."""
        return next((node for node in self.walk() if node.pointer == pointer), None)


class _Frame:
    """An object or array that is still open."""

    __slots__ = ("items", "key", "members", "names", "pointer", "start")

    def __init__(self, start: int, pointer: str, is_object: bool) -> None:
        self.start = start
        self.pointer = pointer
        self.members: list[Member] | None = [] if is_object else None
        self.items: list[Node] = []
        self.names: set[str] = set()
        self.key: tuple[str, Span] = ("", Span(0, 0))

    def close(self, end: int) -> Node:
        span = Span(self.start, end)
        if self.members is None:
            return Node("array", span, self.pointer, items=tuple(self.items))
        return Node("object", span, self.pointer, members=tuple(self.members))


def read_json(text: str) -> Node:
    """Reads one JSON document.

    Raises:
        JsonDefect: the text is no JSON, is nested deeper than `MAX_DEPTH`, or repeats a name.
    """
    return _Reader(text).document()


class _Reader:
    __slots__ = ("at", "frames", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.frames: list[_Frame] = []

    def document(self) -> Node:
        if self.text.startswith("\ufeff"):
            raise JsonDefect("the document starts with a byte order mark", 0, "")
        value = self._complete(self._open_or_scalar(""))
        self._skip()
        if self.at < len(self.text):
            raise JsonDefect("there is text behind the document", self.at, "")
        return value

    def _complete(self, node: Node | None) -> Node:
        """Reads on until the outermost value is closed."""
        while True:
            if node is not None:
                if not self.frames:
                    return node
                self._attach(node)
            node = self._next_in(self.frames[-1])

    def _attach(self, node: Node) -> None:
        frame = self.frames[-1]
        if frame.members is None:
            frame.items.append(node)
        else:
            frame.members.append(Member(*frame.key, node))
        self._skip()
        char = self.text[self.at : self.at + 1]
        closing = "]" if frame.members is None else "}"
        if char == ",":
            comma = self.at
            self.at += 1
            self._skip()
            if self.text[self.at : self.at + 1] == closing:
                raise JsonDefect(f"there is a comma before `{closing}`", comma, frame.pointer)
        elif char != closing:
            raise self._unexpected(f"expected `,` or `{closing}`", frame.pointer)

    def _next_in(self, frame: _Frame) -> Node | None:
        self._skip()
        closing = "]" if frame.members is None else "}"
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            self.frames.pop()
            return frame.close(self.at)
        if frame.members is None:
            return self._open_or_scalar(f"{frame.pointer}/{len(frame.items)}")
        start = self.at
        if self.text[start : start + 1] != '"':
            raise self._unexpected("expected a name in double quotes", frame.pointer)
        name = self._string(frame.pointer)
        pointer = f"{frame.pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if name in frame.names:
            raise JsonDefect(f"the name `{name}` stands twice in one object", start, pointer)
        frame.names.add(name)
        frame.key = (name, Span(start, self.at))
        self._skip()
        if self.text[self.at : self.at + 1] != ":":
            raise self._unexpected("expected `:` behind the name", pointer)
        self.at += 1
        return self._open_or_scalar(pointer)

    def _open_or_scalar(self, pointer: str) -> Node | None:
        """A finished scalar, or None after a bracket was opened."""
        self._skip()
        start = self.at
        char = self.text[start : start + 1]
        if char in ("{", "["):
            if len(self.frames) >= MAX_DEPTH:
                raise JsonDefect(
                    f"values are nested deeper than {MAX_DEPTH} levels", start, pointer
                )
            self.at += 1
            self.frames.append(_Frame(start, pointer, char == "{"))
            return None
        if char == '"':
            value = self._string(pointer)
            return Node("string", Span(start, self.at), pointer, value)
        number = _NUMBER.match(self.text, start)
        if number:
            self.at = number.end()
            if self.text[self.at : self.at + 1].isalnum():
                raise self._unexpected("this is no number", pointer)
            return Node("number", Span(start, self.at), pointer, number[0])
        word = _WORD.match(self.text, start)
        if word and word[0] in _WORDS:
            self.at = word.end()
            constant = _WORDS[word[0]]
            kind = "null" if constant is None else "boolean"
            return Node(kind, Span(start, self.at), pointer, constant)
        raise self._unexpected("expected a value", pointer)

    def _string(self, pointer: str) -> str:
        start = self.at
        plain = _STRING.match(self.text, start)
        if plain and plain[2] is None:
            self.at = plain.end()
            return plain[1]
        escaped = _ESCAPED.match(self.text, start + 1)
        if escaped is None:
            raise self._bad_string(start, pointer)
        self.at = escaped.end()
        value: str = json.loads(self.text[start : self.at])
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise JsonDefect("a \\u escape is half of a surrogate pair", start, pointer)
        return value

    def _bad_string(self, start: int, pointer: str) -> JsonDefect:
        good = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
        found = good.match(self.text, start + 1)
        at = found.end() if found else start
        char = self.text[at : at + 1]
        if char == "":
            return JsonDefect("the text ends inside a string", start, pointer)
        if char == "\\":
            return JsonDefect("a string holds an unknown escape", at, pointer)
        if char in "\r\n":
            return JsonDefect("a string is not closed on its line", start, pointer)
        return JsonDefect(
            f"a string holds the raw control character U+{ord(char):04X}", at, pointer
        )

    def _unexpected(self, expected: str, pointer: str) -> JsonDefect:
        rest = self.text[self.at : self.at + 1]
        if not rest:
            return JsonDefect(f"the text ends here; {expected}", len(self.text), pointer)
        if rest == "'":
            return JsonDefect("single quotes are no JSON; use double quotes", self.at, pointer)
        word = _WORD.match(self.text, self.at)
        found = word[0] if word else rest
        shown = found[:20] if found.isprintable() else f"U+{ord(rest):04X}"
        return JsonDefect(f"found `{shown}`; {expected}", self.at, pointer)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        if found:
            self.at = found.end()
