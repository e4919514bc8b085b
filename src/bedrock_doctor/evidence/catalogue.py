"""The error catalogue: one entry per family of messages, and the words for each finding.

The data stands in ``data/error_catalogue.json`` with its date, licence and the public pages behind
each entry. Patterns are compiled when their literal anchor occurs, so that start-up stays cheap.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from bedrock_doctor.model.finding import Layer, Stage


@dataclass(frozen=True, slots=True)
class FindingText:
    """The words of one possible finding.

    Attributes:
        slug: its name.
        hop: part of the way.
        layer: layer that decides.
        why: reason, with ``{signer}`` and other places to fill.
        confirm: the cheapest step that confirms or refutes it.
        fix: what to change.
    """

    slug: str
    hop: Stage
    layer: Layer
    why: str
    confirm: str
    fix: str


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """Which IAM sentences belong to an entry.

    Attributes:
        action: regular expression of the whole action.
        policy: the policy type named, ``untyped`` for a bare explicit deny, or empty for any.
        effect: ``implicit``, ``explicit``, or empty for any.
        resource: regular expression of the whole resource, or empty for any.
        policy_arn: True when the sentence must name a policy ARN.
        codes: error codes of which one must stand beside the sentence; empty for any.
        form: ``console`` for the console's layout, else empty.
    """

    action: str
    policy: str = ""
    effect: str = ""
    resource: str = ""
    policy_arn: bool = False
    codes: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One family of messages.

    Attributes:
        id: name of the family; never changes its meaning.
        service: the service that says it.
        codes: error codes seen with it.
        http: HTTP status, or None.
        template: an example of the service's own words.
        layer: the layer it speaks of; None when the text leaves that open.
        hop: part of the way.
        settled: True when the words alone decide the layer.
        is_access_problem: False for look-alikes.
        cause: what it means.
        candidates: ids of possible findings with their likelihood, in order.
        evidence: how the words are known.
        sources: public addresses.
        when: for IAM sentences, which of them.
        pattern: for other texts, a regular expression of them.
        anchors: literals of which one occurs in every match of `pattern`.
        needs: ``sts``, ``mantle`` or ``aws`` when these words must stand in such surroundings.
        code_only: True when the error code alone makes the family.
    """

    id: str
    service: str
    codes: tuple[str, ...]
    http: int | None
    template: str
    layer: Layer | None
    hop: Stage
    settled: bool
    is_access_problem: bool
    cause: str
    candidates: tuple[tuple[str, str], ...]
    evidence: str
    sources: tuple[str, ...]
    when: SentenceRule | None = None
    pattern: str = ""
    anchors: tuple[str, ...] = ()
    needs: str = ""
    code_only: bool = False

    @property
    def finding(self) -> str:
        """The finding that the words settle; empty where they leave more than one open."""
        return next((name for name, likelihood in self.candidates if likelihood == "certain"), "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole catalogue.

    Attributes:
        date: when it was last checked, ISO 8601.
        findings: id of the finding to its words.
        entries: all families, the more specific before the more general.
    """

    date: str
    findings: dict[str, FindingText]
    entries: tuple[Entry, ...]

    def entry(self, id: str) -> Entry:
        """The entry with this id.

        Raises:
            KeyError: there is none.
        """
        return _by_id()[id]


@cache
def load_catalogue() -> Catalogue:
    """The packaged catalogue, read once."""
    source = resources.files("bedrock_doctor.evidence") / "data" / "error_catalogue.json"
    read = json.loads(source.read_bytes())
    return Catalogue(
        read["header"]["date"],
        {name: _finding_text(words) for name, words in read["findings"].items()},
        tuple(_entry(fields) for fields in read["entries"]),
    )


def _finding_text(words: dict[str, str]) -> FindingText:
    return FindingText(
        slug=words["slug"],
        hop=Stage(words["hop"]),
        layer=Layer(words["layer"]),
        why=words["why"],
        confirm=words["confirm"],
        fix=words["fix"],
    )


def _entry(fields: dict[str, Any]) -> Entry:
    when = fields.pop("when", None)
    if when is not None:
        when = SentenceRule(**{**when, "codes": tuple(when.get("codes", ()))})
    layer = fields.pop("layer")
    return Entry(
        when=when,
        layer=Layer(layer) if layer else None,
        hop=Stage(fields.pop("hop")),
        codes=tuple(fields.pop("codes")),
        candidates=tuple((finding, weight) for finding, weight in fields.pop("candidates")),
        sources=tuple(fields.pop("sources")),
        anchors=tuple(fields.pop("anchors", ())),
        **fields,
    )


@cache
def _by_id() -> dict[str, Entry]:
    return {entry.id: entry for entry in load_catalogue().entries}


@cache
def sentence_entries() -> tuple[Entry, ...]:
    """Entries for IAM sentences, in order of matching."""
    return tuple(entry for entry in load_catalogue().entries if entry.when is not None)


@cache
def text_entries() -> tuple[Entry, ...]:
    """Entries with a pattern of their own, in order of matching."""
    return tuple(entry for entry in load_catalogue().entries if entry.pattern)


@cache
def text_anchors() -> tuple[str, ...]:
    """The literals of all of them."""
    return tuple(sorted({anchor for entry in text_entries() for anchor in entry.anchors}))


@cache
def code_entries() -> dict[str, Entry]:
    """Error code to the entry for which the code is enough."""
    found: dict[str, Entry] = {}
    for entry in load_catalogue().entries:
        if entry.code_only:
            for code in entry.codes:
                found.setdefault(code, entry)
    return found


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the catalogue, compiled once."""
    return re.compile(pattern)
