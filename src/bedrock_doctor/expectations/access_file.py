"""The expectation file (``access.toml``): what must be allowed, and what must not.

Every option of an attempt is a key, without its dashes; ``[defaults]`` holds for all entries::

    [defaults]
    snapshot = "snapshot"              # relative to this file
    region = "eu-central-1"

    [[expect]]
    as = "arn:aws:iam::111122223333:role/app"
    role = "arn:aws:iam::444455556666:role/gateway"
    model = "eu.amazon.nova-lite-v1:0"
    verdict = "allow"                  # allow, deny or unknown

    [[expect]]
    …
    verdict = "deny"
    because = "BD311"                  # optional: findings that must be among the reasons
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bedrock_doctor.errors import BadInput
from bedrock_doctor.expectations.toml_file import TomlFile, read_toml
from bedrock_doctor.model.report import Verdict

_OWN_KEYS = ("name", "verdict", "because")


class KeyKind(StrEnum):
    """What a key holds."""

    TEXT = "a text"
    TEXTS = "a text or a list of texts"
    FLAG = "true or false"


@dataclass(frozen=True, slots=True)
class StatedExpectation:
    """One entry, its attempt still as keys and values.

    Attributes:
        file: the file that it stands in.
        number: of the entry, from 0.
        name: what it is called, or empty.
        verdict: what is expected.
        because: ids of findings.
        values: the keys of the attempt, its own over those of the defaults.
    """

    file: TomlFile
    number: int
    name: str
    verdict: Verdict
    because: tuple[str, ...]
    values: Mapping[str, str | tuple[str, ...] | bool]

    def defect(self, message: str, key: str = "", help: str | None = None) -> BadInput:
        """The error that a key, or the entry as a whole, is wrong."""
        own = self.file.tree["expect"][self.number]
        if key and key not in own and key in self.file.tree.get("defaults", {}):
            return self.file.defect(message, "defaults", key, help=help)
        path = (key,) if key else ()
        return self.file.defect(message, "expect", self.number, *path, help=help)


@dataclass(frozen=True, slots=True)
class AccessFile:
    """All that a file states.

    Attributes:
        expectations: in its order.
        ignore: the ignore file that it names, as written; None: none.
    """

    expectations: tuple[StatedExpectation, ...]
    ignore: str | None


def read_access_file(
    data: bytes, path: str, kinds: Mapping[str, KeyKind], findings: Collection[str]
) -> AccessFile:
    """Reads an expectation file.

    Args:
        data: its bytes.
        path: its name, for errors.
        kinds: the keys of an attempt, and what each holds.
        findings: ids of all findings.

    Raises:
        BadInput: it is no TOML, or an entry is not as described, with line and column.
    """
    file = read_toml(data, path)
    file.require_known(file.tree, ("defaults", "expect", "ignore"))
    ignore = file.tree.get("ignore")
    if ignore is not None and not isinstance(ignore, str):
        raise file.defect("`ignore` is no text", "ignore", help='expected ignore = "ignore.toml"')
    defaults = file.tree.get("defaults", {})
    if not isinstance(defaults, dict):
        raise file.defect("`defaults` is no table", "defaults", help="expected [defaults]")
    entries = file.tree.get("expect")
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise file.defect("the file states no expectation", "expect", help="expected [[expect]]")
    if not entries:
        raise file.defect("the file states no expectation", "expect", help="expected [[expect]]")
    common = _values(file, defaults, kinds, ("defaults",))
    file.require_known(defaults, tuple(kinds), "defaults")
    return AccessFile(
        tuple(
            _expectation(file, number, entry, kinds, common, findings)
            for number, entry in enumerate(entries)
        ),
        ignore,
    )


def _expectation(
    file: TomlFile,
    number: int,
    table: Mapping[str, Any],
    kinds: Mapping[str, KeyKind],
    common: Mapping[str, str | tuple[str, ...] | bool],
    findings: Collection[str],
) -> StatedExpectation:
    at = ("expect", number)
    file.require_known(table, (*_OWN_KEYS, *kinds), *at)
    name = table.get("name", "")
    if not isinstance(name, str):
        raise file.defect("`name` is no text", *at, "name", help='expected name = "…"')
    words = ", ".join(verdict.value for verdict in Verdict)
    if "verdict" not in table:
        raise file.defect("the expectation has no `verdict`", *at, help=f"expected {words}")
    if table["verdict"] not in list(Verdict):
        raise file.defect("`verdict` cannot be read", *at, "verdict", help=f"expected {words}")
    verdict = Verdict(table["verdict"])
    because = _because(file, number, table, findings)
    if because and verdict is Verdict.ALLOW:
        advice = "name findings where deny or unknown is expected"
        raise file.defect("nothing denies where allow is expected", *at, "because", help=advice)
    own = _values(file, table, kinds, at)
    return StatedExpectation(file, number, name, verdict, because, {**common, **own})


def _because(
    file: TomlFile, number: int, table: Mapping[str, Any], findings: Collection[str]
) -> tuple[str, ...]:
    if "because" not in table:
        return ()
    at = ("expect", number, "because")
    names = _texts(table["because"])
    if not names:
        raise file.defect("`because` names no finding", *at, help='expected because = "BD312"')
    for name in names:
        if name not in findings:
            near = difflib.get_close_matches(name.upper(), findings, 1)
            meant = f"did you mean `{near[0]}`?" if near else "bedrock-doctor rule --list"
            raise file.defect(f"no such finding `{name}`", *at, help=meant)
    return names


def _values(
    file: TomlFile,
    table: Mapping[str, Any],
    kinds: Mapping[str, KeyKind],
    at: tuple[str | int, ...],
) -> dict[str, str | tuple[str, ...] | bool]:
    found: dict[str, str | tuple[str, ...] | bool] = {}
    for key, value in table.items():
        if key not in kinds:
            continue
        kind = kinds[key]
        if kind is KeyKind.TEXTS:
            texts = _texts(value)
            if texts is None:
                raise file.defect(f"`{key}` cannot be read", *at, key, help=f"expected {kind}")
            found[key] = texts
        elif isinstance(value, bool if kind is KeyKind.FLAG else str):
            found[key] = value
        else:
            raise file.defect(f"`{key}` cannot be read", *at, key, help=f"expected {kind}")
    return found


def _texts(value: object) -> tuple[str, ...] | None:
    """A text, a list of texts, or a table of pairs as ``KEY=VALUE``."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(value) if all(isinstance(item, str) for item in value) else None
    return tuple(_pairs(value)) if isinstance(value, dict) and _is_plain(value) else None


def _is_plain(table: Mapping[str, Any]) -> bool:
    values = [i for v in table.values() for i in (v if isinstance(v, list) else [v])]
    return all(isinstance(item, str) for item in values) and not any("=" in key for key in table)


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            yield f"{key}={item}"
