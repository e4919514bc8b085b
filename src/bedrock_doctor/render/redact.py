"""Pseudonyms for accounts and names, the same everywhere in one report.

Redaction replaces too much rather than too little: a run of twelve digits that is no account id
goes as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any

from bedrock_doctor.catalog.partitions import is_region
from bedrock_doctor.model.arn import PARTITIONS
from bedrock_doctor.model.finding import Place
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef, Statement
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.report import Report

_ACCOUNT = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4})(?![0-9])")
_KEY_ID = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}")
"""Access key ids hold the account id in encoded form."""
_PATTERNS = (
    ("unique-id", re.compile(r"(?<![A-Za-z0-9])(?:AROA|AIDA|AGPA|ANPA|AIPA)[A-Z0-9]{12,}")),
    ("organization", re.compile(r"(?<![A-Za-z0-9])o-[a-z0-9]{10,32}(?![A-Za-z0-9])")),
    ("unit", re.compile(r"(?<![A-Za-z0-9])ou-[a-z0-9]{4,32}-[a-z0-9]{4,32}(?![A-Za-z0-9])")),
    ("root", re.compile(r"(?<![A-Za-z0-9-])r-[a-z0-9]{4,32}(?![A-Za-z0-9-])")),
    ("vpc", re.compile(r"(?<![A-Za-z0-9])vpce?-[0-9a-f]{8,17}(?![A-Za-z0-9])")),
    ("address", re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?(?![0-9.])")),
    ("mail", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
)
_S3 = re.compile(r"(?<=:s3:::)[^\s\"'`,;()\[\]]+|(?<=s3://)[^\s\"'`,;()\[\]]+")
"""A bucket, or a bucket and objects in it."""
_PSEUDONYM = re.compile(r"<[a-z-]+-[0-9]+>")
_ARN = re.compile(
    r"(arn:[a-z0-9-]+:(?:iam|sts)::[^:\s\"]*:"
    r"(role|assumed-role|user|group|policy|instance-profile|federated-user|saml-provider|"
    r"oidc-provider|mfa)/)((?:[^\s\"`',;)\]]|,(?!arn:)(?=[A-Za-z0-9_+=.@/-]))+)"
)
"""A comma can stand in a name; before another ARN or a space it is one between two."""
_ALONE = re.compile(
    r"((?:role|user|group|policy) `)([^`]+)"
    r"|(--(?:role|user|group|policy)-name )([\w+=,.@-]+)"
    r"|(\b(?:trust policy|role|user|group|policy|boundary) )"
    r"([\w+=,.@-]+)(?= \(malformed\)| in account)"
)
"""A name behind a word for what it is, in what would settle an answer."""
_PUBLIC_KEYS = (
    "aws:requestedregion",
    "aws:securetransport",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:principalisawsservice",
    "aws:viaawsservice",
    "aws:calledvia",
    "aws:principaltype",
    "bedrock:inferenceprofilearn",
    "bedrock:bearertokentype",
    "iam:passedtoservice",
)
_PLAIN = re.compile(
    r"(?:true|false|[0-9./:]*|[*?]*|arn:.*|\$\{.*\}|o-[a-z0-9]{10,32}(?:/.*)?)",
    re.IGNORECASE | re.DOTALL,
)
"""Values that hold no name, or one that is found by its form."""
_PUBLIC_WORDS = frozenset({*PARTITIONS, "iam", "sts", "bedrock", "amazonaws.com", "unspecified"})
_SHORTEST = 2


class Redaction(StrEnum):
    """How much is hidden."""

    NONE = "none"
    ACCOUNTS = "accounts"
    ALL = "all"

    def hides(self, other: Redaction) -> bool:
        """Whether it hides at least what another level hides."""
        order = list(Redaction)
        return order.index(self) >= order.index(other)


_VOCABULARY = frozenset({
    "$schema", "schema_version", "version", "catalog_date", "verdict", "certainty",
    "operation", "region", "api_key", "kind", "purpose", "action", "blocked_by", "layer", "effect",
    "match", "slug", "id", "hop", "severity", "state", "rule", "pointer", "redaction", "models",
    "destinations", "key_region", "source", "dated", "absence", "call", "if_denied", "mark",
})  # fmt: skip
"""Keys of the report whose values are words of ours or of AWS."""
_OURS = frozenset({"tool"})
"""Objects that hold nothing of the user's."""
_DATA_KEYS = frozenset({"context", "session_tags", "account_names"})
"""Objects whose keys are data as well."""


class Redactor:
    """Replaces account ids, and at `ALL` names, by pseudonyms.

    Pseudonyms are numbered in the order in which a report meets them, so that the same report
    always reads the same, as text and as JSON.
    """

    def __init__(self, level: Redaction, *reports: Report) -> None:
        self.level = level
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._words: set[str] = set()
        self._names: re.Pattern[str] | None = None
        for report in reports:
            self.learn(report)

    def learn(self, report: Report) -> None:
        """Takes in the accounts and names of one more report; known pseudonyms stay."""
        if self.level is Redaction.NONE:
            return
        for hop in report.way.hops:
            self.text(f"{hop.principal} {hop.account} {hop.target}")
        if self.level is Redaction.ALL:
            self._learn(_names(report))

    def learn_text(self, text: str) -> None:
        """Takes in the names in the IAM ARNs of a text."""
        if self.level is Redaction.ALL:
            found = (match[0] for match in _ARN.finditer(text))
            self._learn(entry for arn in found for entry in _names_in_arn(arn))

    def learn_place(self, place: Place) -> None:
        """Takes in the names in a policy that is shown."""
        if self.level is Redaction.ALL:
            policy = parse_policy(PolicyDocument(place.policy, place.source))
            self._learn(_names_of(place.policy))
            for statement in policy.statements:
                self._learn(_names_in_statement(statement))

    def named(self, kind: str, name: str) -> str:
        """A name that stands alone and is not found by its form, for example an account's.

        Args:
            kind: what its pseudonym begins with.
            name: the name; empty where there is none.
        """
        return self._pseudonym(kind, name) if name and self.level is Redaction.ALL else name

    def reveal(self, text: str) -> str:
        """The text with pseudonyms of this redactor turned back into what they stand for."""
        meant = {pseudonym: name for name, pseudonym in self._known.items()}
        return _PSEUDONYM.sub(lambda m: meant.get(m[0], m[0]), text)

    def text(self, text: str) -> str:
        """The text with pseudonyms."""
        if self.level is Redaction.NONE:
            return text
        if self.level is Redaction.ALL:
            text = self._without_names(text)
        text = _KEY_ID.sub(lambda m: self._pseudonym("access-key", m[0]), text)
        return _ACCOUNT.sub(lambda m: self._pseudonym("account", m[0].replace("-", "")), text)

    def fact(self, text: str) -> str:
        """What would settle an answer, with pseudonyms: names of IAM stand alone in it."""
        if self.level is not Redaction.ALL:
            return self.text(text)
        return self.text(_ALONE.sub(self._alone, text))

    def tree(self, value: object, key: str = "") -> object:
        """A JSON tree with pseudonyms; words of the report's own vocabulary stay."""
        if self.level is Redaction.NONE:
            return value
        if isinstance(value, str):
            return value if key in _VOCABULARY else self.text(value)
        if isinstance(value, list):
            return [self.tree(item, key) for item in value]
        if isinstance(value, dict):
            if key in _OURS:
                return value
            if key in _DATA_KEYS:
                return {self.text(name): self.tree(item) for name, item in value.items()}
            return {name: self.tree(item, name) for name, item in value.items()}
        return value

    def document(self, tree: dict[str, object]) -> dict[str, Any]:
        """The JSON document of a report with pseudonyms."""
        return {name: self.tree(value, name) for name, value in tree.items()}

    def _pseudonym(self, kind: str, text: str) -> str:
        found = self._known.get(text)
        if found is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            found = self._known[text] = f"<{kind}-{self._counts[kind]}>"
        return found

    def _without_names(self, text: str) -> str:
        text = _ARN.sub(self._arn, text)
        text = _S3.sub(self._place, text)
        if self._words:
            text = self._any_name().sub(lambda m: self._known[m[0]], text)
        for kind, pattern in _PATTERNS:
            text = pattern.sub(partial(self._found, kind), text)
        return text

    def _alone(self, match: re.Match[str]) -> str:
        before, name = (part for part in match.groups() if part is not None)
        return before + self._pseudonym(_kind(before), name)

    def _found(self, kind: str, match: re.Match[str]) -> str:
        return self._pseudonym(kind, match[0])

    def _place(self, match: re.Match[str]) -> str:
        """A bucket and the beginning of names of objects; wildcards behind it stay."""
        bucket, slash, key = match[0].partition("/")
        stem = key.rstrip("*")
        hidden = self._pseudonym("object", stem) if stem else ""
        if not bucket.strip("*"):
            return f"{bucket}{slash}{hidden}{key[len(stem) :]}"
        return f"{self._pseudonym('bucket', bucket)}{slash}{hidden}{key[len(stem) :]}"

    def _arn(self, match: re.Match[str]) -> str:
        """An IAM ARN whose last parts are names: path, name and session."""
        kind = {"assumed-role": "role"}.get(match[2], match[2])
        parts = match[3].split("/")
        if match[2] == "assumed-role":
            kinds = ["role", "session"] + ["session"] * len(parts)
        else:
            kinds = ["path"] * (len(parts) - 1) + [kind]
        return match[1] + "/".join(
            part
            if not part or part in ("*", "?") or part.startswith("<")
            else self._pseudonym(k, part)
            for k, part in zip(kinds, parts, strict=False)
        )

    def _learn(self, names: Iterable[tuple[str, str]]) -> None:
        """Gives every name its pseudonym; the pattern that finds them is made when it is needed."""
        for kind, name in names:
            if len(name) >= _SHORTEST and not _found_by_form(name):
                self._pseudonym(kind, name)
                self._words.add(name)
        self._names = None

    def _any_name(self) -> re.Pattern[str]:
        """One pattern that finds any of the names as a word."""
        if self._names is None:
            longest_first = sorted(self._words, key=lambda name: (-len(name), name))
            union = "|".join(re.escape(name) for name in longest_first)
            self._names = re.compile(rf"(?<![A-Za-z0-9_])(?:{union})(?![A-Za-z0-9_])")
        return self._names


def _kind(before: str) -> str:
    """What a name is, by the words before it."""
    words = before.strip(" -`").removesuffix("-name")
    if words == "trust policy":
        return "role"
    return "policy" if words == "boundary" else words or "name"


def _found_by_form(name: str) -> bool:
    """Whether a name is public, or an id that is recognized without being learned."""
    known = (_ACCOUNT, _KEY_ID, *(pattern for _, pattern in _PATTERNS))
    return (
        name.startswith("arn:")
        or name in _PUBLIC_WORDS
        or is_region(name)
        or any(pattern.fullmatch(name) for pattern in known)
    )


def _names(report: Report) -> Iterator[tuple[str, str]]:
    attempt = report.way.attempt
    for arn in (attempt.caller, *attempt.roles, *(hop.principal for hop in report.way.hops)):
        yield from _names_in_arn(arn)
    for options in attempt.hops:
        yield from (("external-id", v) for v in [options.external_id] if v)
        yield from (("session", v) for v in [options.session_name] if v)
        yield from (("identity", v) for v in [options.source_identity] if v)
        yield from _pairs(options.session_tags)
    for key, values in attempt.context.items():
        yield from _values(key, values)
    for endpoint in attempt.endpoints:
        yield "vpc", endpoint
    for place in (attempt.input_s3, attempt.output_s3):
        yield from (("bucket", v) for v in [(place or "")[5:].partition("/")[0]] if v)
    for name in report.account_names.values():
        yield "account-name", name
    origins = report.collection.get("snapshot")
    for path in origins if isinstance(origins, list) else ():
        yield "snapshot", str(path)
    for hop in report.hops:
        for check in hop.checks:
            context = check.check.request.context
            for key, values in context.values.items():
                yield from _values(context.spelling.get(key, key), values)
    yield from _names_in_policies(report)
    yield from _names_in_plans(report)


def _names_in_plans(report: Report) -> Iterator[tuple[str, str]]:
    for option in report.plan.options if report.plan else ():
        for radius in (option.radius, *(fix.radius for fix in option.fixes)):
            for entry in (*radius.opened, *radius.closed) if radius else ():
                for arn in (*entry.principals, *entry.resources):
                    yield from _names_in_arn(arn)


def _names_in_arn(arn: str) -> Iterator[tuple[str, str]]:
    found = _ARN.match(arn)
    if found is None:
        return
    parts = found[3].split("/")
    if found[2] == "assumed-role":
        yield "role", parts[0]
        yield from (("session", part) for part in parts[1:])
        return
    yield found[2], parts[-1]


def _pairs(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        yield "tag", key
        yield "value", value


def _names_in_policies(report: Report) -> Iterator[tuple[str, str]]:
    seen: set[tuple[PolicyRef, str]] = set()
    for hop in report.hops:
        for check in hop.checks:
            for layer in check.trace.layers:
                for level in layer.levels:
                    yield from (("unit-name", v) for v in [level.name] if v)
                for entry in layer.statements:
                    ref = entry.policy.document.ref
                    if (ref, entry.statement.pointer) not in seen:
                        seen.add((ref, entry.statement.pointer))
                        yield from _names_of(ref)
                        declared = entry.policy.document.source.declared
                        yield from (("resource", d.resource) for d in [declared] if d)
                        yield from _names_in_statement(entry.statement)
                for policy in layer.broken:
                    yield from _names_of(policy.document.ref)


def _names_of(ref: PolicyRef) -> Iterator[tuple[str, str]]:
    if ref.arn.split(":")[4:5] == ["aws"]:
        return
    yield from (("policy", v) for v in (ref.name, ref.title) if v)
    yield from _names_in_arn(ref.holder)
    if not ref.holder.startswith("arn:"):
        yield "holder", ref.holder


def _names_in_statement(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.sid:
        yield "sid", statement.sid
    for condition in statement.conditions:
        yield from _values(condition.key.value, tuple(text.value for text in condition.values))


def _values(key: str, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if key.lower() in _PUBLIC_KEYS:
        return
    if "tag/" in key.lower():
        yield "tag", key.partition("/")[2]
    for value in values:
        if not _PLAIN.fullmatch(value):
            yield "value", value
