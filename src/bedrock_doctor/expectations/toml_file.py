"""A TOML file whose values know their places, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_doctor.errors import BadInput
from bedrock_doctor.expectations.toml_places import Path, toml_places
from bedrock_doctor.model.source import Position

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(slots=True)
class TomlFile:
    """One file.

    Attributes:
        path: the file as the user named it.
        text: what it holds.
        tree: what that means.
    """

    path: str
    text: str
    tree: Mapping[str, Any]
    _places: dict[Path, Position] = field(default_factory=dict)

    def position(self, *path: str | int) -> Position:
        """Where a key, table or element stands; what is absent stands where its table does."""
        if not self._places:
            self._places = {(): Position(1, 1), **toml_places(self.text)}
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def defect(self, message: str, *path: str | int, help: str | None = None) -> BadInput:
        """The error that something is wrong with the value at `path`."""
        at = self.position(*path)
        return BadInput(message, path=self.path, line=at.line, column=at.column, help=help)

    def require_known(
        self, table: Mapping[str, Any], known: Collection[str], *path: str | int
    ) -> None:
        """Refuses keys that mean nothing here.

        Raises:
            BadInput: there is one, with its place and what may have been meant.
        """
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                meant = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
                raise self.defect(f"unknown key `{key}`", *path, key, help=meant)


def read_toml(data: bytes, path: str) -> TomlFile:
    """Reads a TOML file.

    Raises:
        BadInput: it is no UTF-8 or no TOML, with line and column.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise BadInput("is not UTF-8 text", path=path, line=line) from None
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        message = str(failure)
        found = _PLACE.search(message)
        line, column = (int(found[1]), int(found[2])) if found and found[1] else _end_of(text)
        words = _PLACE.sub("", message)
        raise BadInput(
            f"is no TOML: {words[:1].lower()}{words[1:]}",
            path=path,
            line=line,
            column=column,
            help="the format is described at https://toml.io",
        ) from None
    except RecursionError:
        raise BadInput("is nested too deeply", path=path, line=1) from None


def _end_of(text: str) -> tuple[int, int]:
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1
