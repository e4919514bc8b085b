"""Which family of the catalogue a message belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_doctor.evidence.catalogue import (
    Entry,
    code_entries,
    compiled,
    sentence_entries,
    text_anchors,
    text_entries,
)
from bedrock_doctor.evidence.refusal import Refusal
from bedrock_doctor.evidence.situation import Situation, nearest
from bedrock_doctor.model.finding import Layer

_LONGEST = 600
_SENTENCE_END = re.compile(r"[.!?](?:\s|\"|'|$)|[\"'}]\s*[,}\])]|\s{2,}|\n")


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text of the catalogue found in a flat text."""

    start: int
    end: int
    entry: Entry


def sentence_family(refusal: Refusal, *, console: bool = False) -> Entry | None:
    """The first entry for IAM sentences that fits; None for actions that are no actions."""
    policy, effect = _kind(refusal)
    for entry in sentence_entries():
        rule = entry.when
        assert rule is not None  # noqa: S101 - sentence_entries yields these only
        if (
            (rule.form == "console") == console
            and (not rule.policy or rule.policy == policy)
            and (not rule.effect or rule.effect == effect)
            and (not rule.policy_arn or refusal.policy_arn)
            and (not rule.codes or refusal.error_code in rule.codes)
            and compiled(rule.action).fullmatch(refusal.action)
            and (not rule.resource or compiled(rule.resource).fullmatch(refusal.resource.arn))
        ):
            return entry
    return None


def _kind(refusal: Refusal) -> tuple[str, str]:
    effect = {True: "explicit", False: "implicit", None: ""}[refusal.explicit]
    if refusal.layer is not None:
        return refusal.layer.value, effect
    return ("untyped", effect) if refusal.explicit else ("", "")


def find_texts(flat: str, taken: list[tuple[int, int]], situation: Situation) -> list[TextMatch]:
    """Texts of the catalogue outside of stretches that are taken already, in order."""
    found: list[TextMatch] = []
    taken = list(taken)
    for entry in _anchored(flat):
        for match in compiled(entry.pattern).finditer(flat):
            if _overlaps(taken, match.start(), match.end()):
                continue
            if not _fits(entry, flat, match, situation):
                continue
            start, end = _around(flat, match.start(), match.end())
            taken.append((match.start(), match.end()))
            found.append(TextMatch(start, end, entry))
    return sorted(found, key=lambda match: match.start)


def _anchored(flat: str) -> list[Entry]:
    """Entries with a pattern that can match: one of their literals stands in the text."""
    found = [anchor for anchor in text_anchors() if anchor in flat]
    if not found:
        return []
    return [entry for entry in text_entries() if any(anchor in entry.anchors for anchor in found)]


def find_codes(flat: str, taken: list[tuple[int, int]], situation: Situation) -> list[TextMatch]:
    """Error codes that decide by themselves and belong to no message found, one for each code."""
    found: dict[str, TextMatch] = {}
    for at, code in situation.codes:
        entry = code_entries().get(code)
        if entry is None or entry.id in found or not situation.names_aws:
            continue
        if any(start - 500 <= at <= end + 300 for start, end in taken):
            continue
        start, end = _around(flat, at, at + len(code))
        found[entry.id] = TextMatch(start, end, entry)
    return list(found.values())


def _fits(entry: Entry, flat: str, match: re.Match[str], situation: Situation) -> bool:
    near = flat[max(0, match.start() - 400) : match.end() + 300].lower()
    code = nearest(situation.codes, match.start(), match.end())
    if entry.needs == "sts":
        return code in entry.codes or (
            not ({"UnrecognizedClientException", "ExpiredTokenException"} & {code})
            and any(word in near for word in ("sts.", "assumerole", "getcalleridentity", " sts"))
        )
    if entry.needs == "mantle":
        return "mantle" in near or "access_denied" in near
    if entry.needs == "aws":
        return situation.names_aws or bool(code) or len(flat) < 80
    return True


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and end > other_start for other_start, other_end in taken)


def _around(flat: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a match, for showing it."""
    before = flat[max(0, start - 200) : start]
    cut = max(
        (match.end() for match in re.finditer(r"[.!?:]\s|[\"'{(\[]|\s{2,}|\n", before)), default=0
    )
    begin = max(0, start - 200) + cut
    stop = _SENTENCE_END.search(flat, end)
    finish = min(stop.start() + 1 if stop else len(flat), end + _LONGEST)
    return begin, finish


def policy_layer(refusal: Refusal, entry: Entry) -> Layer | None:
    """The layer that the message decides: special actions have layers of their own."""
    if entry.when is None:
        return entry.layer
    if entry.layer in (Layer.API_KEY, Layer.GUARDRAIL, Layer.TAGGING, Layer.KMS):
        return entry.layer
    if refusal.layer is Layer.RESOURCE and refusal.action.startswith("sts:AssumeRole"):
        return Layer.TRUST
    return refusal.layer or entry.layer
