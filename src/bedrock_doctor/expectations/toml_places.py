"""Where the keys of a TOML document stand.

``tomllib`` decodes and tells no positions. This scanner is run on documents that ``tomllib`` has
accepted, so that it may take the grammar for granted: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib

from bedrock_doctor.model.source import Position

Path = tuple[str | int, ...]
"""Keys and list indexes from the root of the document to a value."""

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


def toml_places(text: str) -> dict[Path, Position]:
    """The position of every key, table header and list element of a valid document.

    Args:
        text: the document, with line feeds alone as ends of lines.

    Returns:
        By path; tables that only a longer header implies stand where that header does.
    """
    scanner = _Scanner(text)
    scanner.document()
    return {path: _position(text, offset) for path, offset in scanner.places.items()}


def _position(text: str, offset: int) -> Position:
    start = text.rfind("\n", 0, offset) + 1
    return Position(text.count("\n", 0, offset) + 1, offset - start + 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        """How many tables each array of tables has so far."""

    def document(self) -> None:
        table: Path = ()
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        keys = self._keys()
        self.at += 2 if array else 1
        path: Path = ()
        for key in keys[:-1]:
            path = self._within(path, key)
            self.places.setdefault(path, start)
        last = (*path, keys[-1])
        self.places.setdefault(last, start)
        if array:
            self.counts[last] = self.counts.get(last, -1) + 1
            last = (*last, self.counts[last])
            self.places[last] = start
        return last

    def _within(self, path: Path, key: str) -> Path:
        """A key of a header: in an array of tables it means the last table so far."""
        path = (*path, key)
        return (*path, self.counts[path]) if path in self.counts else path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for key in self._keys():
            path = (*path, key)
            self.places.setdefault(path, start)
        self.at += 1
        self._skip(_BLANK)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_BLANK)
            found = _BARE.match(self.text, self.at) or _QUOTED.match(self.text, self.at)
            assert found is not None  # noqa: S101 - the document is valid
            self.at = found.end()
            keys.append(_unquoted(found[0]))
            self._skip(_BLANK)
            if self.text[self.at : self.at + 1] != ".":
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        char = self.text[self.at]
        if char == "[":
            self._elements(path)
        elif char == "{":
            self._inline_table(path)
        else:
            string = _STRING.match(self.text, self.at) if char in "\"'" else None
            self._skip(_SCALAR) if string is None else self._move(string.end())

    def _elements(self, path: Path) -> None:
        self.at += 1
        number = 0
        while True:
            self._skip(_SPACE)
            if self.text[self.at] == "]":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.places[(*path, number)] = self.at
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip(_SPACE)
            if self.text[self.at] == "}":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(path)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()

    def _move(self, to: int) -> None:
        self.at = to


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    value: str = tomllib.loads(f"key = {key}")["key"]
    return value
