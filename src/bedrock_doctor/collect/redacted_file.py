"""One file of a snapshot with pseudonyms, JSON or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.collect.redacted_text import redacted_name, without_accounts, without_names

_NAMES = frozenset({
    "RoleName", "UserName", "GroupName", "PolicyName", "PolicyNames", "GroupList", "Path", "Sid",
    "InstanceProfileName", "Name", "userName", "roleSessionName", "sourceIdentity", "Key", "Value",
    "externalId", "inferenceProfileName", "Username", "ResourceName",
})  # fmt: skip
"""Members whose texts are names that people gave."""
_PROSE = frozenset({"Description", "description"})
_DOCUMENTS = frozenset({
    "AssumeRolePolicyDocument", "PolicyDocument", "Document", "Content", "resourcePolicy",
    "PolicyContent", "Policy",
})  # fmt: skip
_NAMED_KEYS = re.compile(
    r"sts:externalid|sts:rolesessionname|sts:sourceidentity|aws:sourceidentity|aws:username"
    r"|aws:userid|aws:tagkeys|sts:transitivetagkeys|[a-z0-9]+:(?:principal|request|resource)tag/.*"
    r"|saml:.*|.*:(?:sub|aud|amr)",
    re.IGNORECASE,
)
"""Condition keys whose values are names that people gave."""


class _Object(list[tuple[str, Any]]):
    """A JSON object as it was written: names that stand twice are kept twice."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)


def redacted_file(text: str, pseudonyms: Pseudonyms) -> str:
    """The text of one file with pseudonyms for accounts and names.

    Raises:
        UsageError: a pattern in it matches part of an account id.
    """
    try:
        values = list(_values(text))
    except (ValueError, RecursionError):
        return without_names(text, pseudonyms)
    redaction = _Redaction(pseudonyms)
    return "".join("".join(_written(redaction.value(value, ""), "\n")) + "\n" for value in values)


def _values(text: str) -> Iterable[Any]:
    place = len(text) - len(text.lstrip())
    while place < len(text):
        value, place = _DECODER.raw_decode(text, place)
        yield value
        place += len(text[place:]) - len(text[place:].lstrip())


class _Redaction:
    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def value(self, value: Any, key: str) -> Any:
        """A value that stands under a key."""
        if isinstance(value, _Number):
            return _Number(without_accounts(value, self._pseudonyms))
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, _Object):
            if key == "Condition":
                return _Object((op, self._operator(keys)) for op, keys in value)
            if ("type", "SYSTEM_DEFINED") in value:
                return _Object((name, self.value(item, "")) for name, item in value)
            return _Object((name, self.value(item, name)) for name, item in value)
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        return value

    def _text(self, text: str, key: str) -> Any:
        if key in _PROSE:
            return ""
        if key in _DOCUMENTS:
            return self._document(text)
        if key in ("CloudTrailEvent", "policy") and text.lstrip().startswith("{"):
            return redacted_file(text, self._pseudonyms)
        if key in _NAMES and not text.startswith(("arn:", "aws:")):
            return redacted_name(text, self._pseudonyms)
        return without_names(text, self._pseudonyms)

    def _document(self, text: str) -> Any:
        plain = unquote(text) if text.lstrip().startswith("%7B") else text
        try:
            [value] = _values(plain)
        except (ValueError, RecursionError):
            return without_names(plain, self._pseudonyms)
        return self.value(value, "") if isinstance(value, _Object) else text

    def _operator(self, keys: Any) -> Any:
        if not isinstance(keys, _Object):
            return self.value(keys, "")
        return _Object(
            (self._condition_key(name), self._condition(name, values)) for name, values in keys
        )

    def _condition_key(self, key: str) -> str:
        """Keys of an identity provider begin with its name; keys of tags end with the tag's."""
        provider, colon, claim = key.rpartition(":")
        if "." in provider:
            return redacted_name(provider, self._pseudonyms) + colon + claim
        return without_names(key, self._pseudonyms)

    def _condition(self, key: str, values: Any) -> Any:
        if isinstance(values, list) and not isinstance(values, _Object):
            return [self._condition(key, value) for value in values]
        if isinstance(values, _Number) or not isinstance(values, str):
            return values
        if _NAMED_KEYS.fullmatch(key) and not values.startswith("arn:"):
            return redacted_name(values, self._pseudonyms)
        return without_names(values, self._pseudonyms)


def _written(value: Any, line: str) -> Iterable[str]:
    """The JSON text of a value; `line` begins a line at its depth."""
    deeper = line + " "
    if isinstance(value, _Number):
        yield str(value)
    elif isinstance(value, _Object) and value:
        for index, (name, item) in enumerate(value):
            yield f"{',' if index else '{'}{deeper}{json.dumps(name)}: "
            yield from _written(item, deeper)
        yield line + "}"
    elif isinstance(value, list) and value and not isinstance(value, _Object):
        for index, item in enumerate(value):
            yield f"{',' if index else '['}{deeper}"
            yield from _written(item, deeper)
        yield line + "]"
    else:
        yield "{}" if isinstance(value, _Object) else json.dumps(value)
