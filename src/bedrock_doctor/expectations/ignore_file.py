"""The ignore file: findings that are put up with, each with its reason.

::

    [[ignore]]
    id = "BD312"
    reason = "the fence is lifted with the next release of the landing zone, PLAT-1841"
    expires = 2027-01-31        # the last day on which the entry holds; optional
    account = "999900001111"    # only where this account owns the finding; optional
    policy = "p-8f3k2q1m"       # only where this policy decides; optional
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from bedrock_doctor.expectations.toml_file import TomlFile, read_toml
from bedrock_doctor.model.expectation import Ignore

_KEYS = ("id", "reason", "expires", "account", "policy")
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)


def read_ignore_file(data: bytes, path: str, known: Collection[str]) -> tuple[Ignore, ...]:
    """Reads an ignore file.

    Args:
        data: its bytes.
        path: its name, for errors.
        known: ids of all findings.

    Raises:
        BadInput: it is no TOML, or an entry is not as described, with line and column.
    """
    file = read_toml(data, path)
    file.require_known(file.tree, ("ignore",))
    entries = file.tree.get("ignore", [])
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise file.defect("`ignore` is no list of tables", "ignore", help="expected [[ignore]]")
    return tuple(_entry(file, number, entry, known) for number, entry in enumerate(entries))


def _entry(file: TomlFile, number: int, table: Mapping[str, Any], known: Collection[str]) -> Ignore:
    at = ("ignore", number)
    file.require_known(table, _KEYS, *at)
    texts = {key: _text(file, number, table, key) for key in _KEYS if key != "expires"}
    if texts["id"] not in known:
        near = difflib.get_close_matches(texts["id"].upper(), known, 1)
        meant = f"did you mean `{near[0]}`?" if near else "bedrock-doctor rule --list"
        raise file.defect(f"no such finding `{texts['id']}`", *at, "id", help=meant)
    if texts["account"] and not _ACCOUNT.fullmatch(texts["account"]):
        raise file.defect("`account` is no account id", *at, "account", help="expected 12 digits")
    expires = table.get("expires")
    if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
        advice = "expected a date without quotes: expires = 2027-01-31"
        raise file.defect("`expires` is no date", *at, "expires", help=advice)
    return Ignore(**texts, expires=expires, path=file.path, position=file.position(*at))


def _text(file: TomlFile, number: int, table: Mapping[str, Any], key: str) -> str:
    at = ("ignore", number)
    if key not in table:
        if key in ("id", "reason"):
            why = "every entry says why" if key == "reason" else "every entry names a finding"
            raise file.defect(f"the entry has no `{key}`", *at, help=f'{why}: {key} = "…"')
        return ""
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise file.defect(f"`{key}` is no text", *at, key, help=f'expected {key} = "…"')
    return value
