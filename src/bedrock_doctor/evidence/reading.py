"""Reads a piece of text: events and evaluations first, then sentences and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bedrock_doctor.evidence.authorization_details import find_details, refusals_of
from bedrock_doctor.evidence.catalogue import Entry, load_catalogue
from bedrock_doctor.evidence.cloudtrail_csv import csv_events, looks_like_event_csv
from bedrock_doctor.evidence.cloudtrail_event import find_events, is_refused, read_event
from bedrock_doctor.evidence.families import TextMatch, find_codes, find_texts, sentence_family
from bedrock_doctor.evidence.flat_text import joined_at_columns, joined_at_words, plain_text
from bedrock_doctor.evidence.json_records import find_records
from bedrock_doctor.evidence.refusal import Refusal, read_resource, read_signer
from bedrock_doctor.evidence.secrets import without_secrets
from bedrock_doctor.evidence.sentence import Sentence, find_sentences
from bedrock_doctor.evidence.situation import Situation, nearest, nearest_status, read_situation
from bedrock_doctor.model.finding import Layer

_HOST_REACH = 1_500
_COMPLETE = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """One refusal with the family that it belongs to and the facts around it."""

    refusal: Refusal
    entry: Entry | None
    situation: Situation


def read_piece(text: str) -> list[Reading]:
    """All refusals and look-alikes of a text, events before free text."""
    if looks_like_event_csv(text[:4_000]):
        return [read_event_record(event) for event in csv_events(text) if is_refused(event)]
    readings: list[Reading] = []
    rest: list[str] = []
    at = 0
    for record in find_records(text) if "{" in text else ():
        found = _read_record(record.value)
        if found is not None:
            rest.append(text[at : record.start])
            at = record.end
            readings += found
    rest.append(text[at:])
    return readings + list(_read_free_text("\n".join(rest)))


def _read_record(value: object) -> list[Reading] | None:
    """Readings of a document of events or evaluations; None when it is neither."""
    details = list(find_details(value))
    if details:
        return [
            Reading(refusal, sentence_family(refusal), Situation())
            for detail in details
            for refusal in refusals_of(detail)
        ]
    events = list(find_events(value))
    if not events:
        return None
    return [read_event_record(event) for event in events if is_refused(event)]


def read_event_record(event: Mapping[str, Any]) -> Reading:
    """The reading of a CloudTrail event that records a refusal."""
    refusal = read_event(event)
    message = str(event.get("errorMessage") or "")
    flat = joined_at_words(plain_text(message))
    situation = read_situation(f"{refusal.error_code}: {flat} {refusal.service}")
    sentences = find_sentences(flat)
    if sentences:
        told = _from_sentence(flat, sentences[0], situation)
        refusal = replace(
            refusal,
            text=told.text,
            signer=told.signer if told.signer.account else refusal.signer,
            action=told.action,
            resource=told.resource,
            layer=told.layer,
            explicit=told.explicit,
            policy_arn=told.policy_arn,
            authorization_id=told.authorization_id,
        )
        return _classified(refusal, situation)
    texts = find_texts(flat, [], situation) if flat else []
    if texts:
        return Reading(replace(refusal, entry=texts[0].entry.id), texts[0].entry, situation)
    if refusal.error_code == "VpceAccessDenied":
        entry = load_catalogue().entry("net.vpce.event")
        refusal = replace(refusal, layer=Layer.ENDPOINT)
        return Reading(replace(refusal, entry=entry.id), entry, situation)
    if message and (codes := find_codes(f"{refusal.error_code}: {flat} aws", [], situation)):
        return Reading(replace(refusal, entry=codes[0].entry.id), codes[0].entry, situation)
    if refusal.error_code.startswith("AccessDenied"):
        return _classified(refusal, situation)
    codes = find_codes(f"{refusal.error_code} aws", [], situation)
    entry_found = codes[0].entry if codes else None
    return Reading(
        replace(refusal, entry=entry_found.id if entry_found else ""), entry_found, situation
    )


def _read_free_text(text: str) -> Iterator[Reading]:
    plain = plain_text(text)
    if not plain.strip():
        return
    # before anything is cut out: a value that lost its name is recognised no more
    flat = without_secrets(joined_at_words(plain))
    sentences = find_sentences(flat)
    incomplete = any(sentence.completeness < _COMPLETE for sentence in sentences)
    if "\n" in plain and (incomplete or not sentences):
        other = without_secrets(joined_at_columns(plain))
        flat, sentences = _better(flat, sentences, other, find_sentences(other))
    situation = read_situation(flat)
    taken = [(sentence.start, sentence.end) for sentence in sentences]
    texts = find_texts(flat, taken, situation)
    taken += [(match.start, match.end) for match in texts]
    texts += find_codes(flat, taken, situation)
    items: list[tuple[int, Reading]] = []
    for sentence in sentences:
        refusal = _from_sentence(flat, sentence, situation)
        items.append((sentence.start, _classified(refusal, situation, console=sentence.console)))
    items += [(match.start, _from_text(flat, match, situation)) for match in texts]
    yield from (reading for _, reading in sorted(items, key=lambda item: item[0]))


def _better(
    flat: str, sentences: tuple[Sentence, ...], other: str, others: tuple[Sentence, ...]
) -> tuple[str, tuple[Sentence, ...]]:
    """The reading of wrapped lines in which the denials are more complete."""
    ours = sum(sentence.completeness for sentence in sentences)
    theirs = sum(sentence.completeness for sentence in others)
    if theirs > ours:
        return other, others
    if not sentences and not others:
        found = find_texts(flat, [], read_situation(flat))
        if not found and find_texts(other, [], read_situation(other)):
            return other, others
    return flat, sentences


def _from_sentence(flat: str, sentence: Sentence, situation: Situation) -> Refusal:
    start, end = sentence.start, sentence.end
    refusal = Refusal(
        text=flat[start:end].strip(),
        signer=read_signer(sentence.principal),
        action=sentence.action,
        resource=read_resource(sentence.resource),
        layer=sentence.layer,
        explicit=sentence.explicit,
        policy_arn=sentence.policy_arn,
        authorization_id=sentence.authorization_id,
    )
    return _surrounded(refusal, start, end, situation)


def _from_text(flat: str, match: TextMatch, situation: Situation) -> Reading:
    text = flat[match.start : match.end].strip(" ,;")
    refusal = Refusal(text=text, entry=match.entry.id, service=match.entry.service)
    refusal = _surrounded(refusal, match.start, match.end, situation)
    if not refusal.error_code and len(match.entry.codes) == 1 and match.entry.code_only:
        refusal = replace(refusal, error_code=match.entry.codes[0])
    return Reading(refusal, match.entry, situation)


def _surrounded(refusal: Refusal, start: int, end: int, situation: Situation) -> Refusal:
    """Adds the facts that stand near the message."""
    hosts = tuple((at, f"{service} {region}") for at, service, region in situation.hosts)
    service, _, region = nearest(hosts, start, end, _HOST_REACH).partition(" ")
    if refusal.resource.kind in ("inference-profile", "application-inference-profile"):
        region = refusal.resource.region or region
    if not region and len(situation.regions) == 1:
        region = situation.regions[0]
    if not region:
        region = _profile_region(situation)
    prefix = refusal.action.partition(":")[0]
    if prefix == "sts":
        service = "sts"
    elif prefix == "bedrock" and not service and "Invoke" in refusal.action:
        service = "bedrock-runtime"
    return replace(
        refusal,
        error_code=nearest(situation.codes, start, end),
        http_status=nearest_status(situation.statuses, start, end),
        operation=nearest(situation.operations, start, end, 800),
        call_region=region,
        service=service or prefix or refusal.service,
        model=_called_model(refusal, situation),
    )


def _profile_region(situation: Situation) -> str:
    """Region of a profile ARN that the text names: profiles live where they are called."""
    regions = {read_resource(arn).region or "" for arn in situation.profiles}
    return regions.pop() if len(regions) == 1 else ""


def _called_model(refusal: Refusal, situation: Situation) -> str:
    resource = refusal.resource
    if resource.kind == "inference-profile":
        return resource.name
    if resource.kind == "application-inference-profile":
        return resource.arn
    base = resource.name if resource.kind == "foundation-model" else ""
    named = [model for model in situation.models if base and model.endswith(base)]
    longer = [model for model in named if model != base]
    if longer:
        return longer[0]
    if base:
        return f"global.{base}" if resource.region == "" else ""
    return situation.models[0] if len(situation.models) == 1 else ""


def _classified(refusal: Refusal, situation: Situation, *, console: bool = False) -> Reading:
    entry = sentence_family(refusal, console=console)
    if refusal.layer is Layer.RESOURCE and refusal.action.startswith("sts:AssumeRole"):
        refusal = replace(refusal, layer=Layer.TRUST)
    return Reading(replace(refusal, entry=entry.id if entry else ""), entry, situation)
