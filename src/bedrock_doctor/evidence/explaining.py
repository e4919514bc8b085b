"""`explain`: from any text to what it settles, what it leaves open, and the cheapest next step."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, cast

from bedrock_doctor.evidence.authorization_details import find_details
from bedrock_doctor.evidence.big_input import ANCHORS, SMALL_INPUT, WHOLE_DOCUMENT, windows
from bedrock_doctor.evidence.cloudtrail_event import is_refused
from bedrock_doctor.evidence.explanation import ExplainedMessage, Explanation, Likelihood, Parsed
from bedrock_doctor.evidence.families import policy_layer
from bedrock_doctor.evidence.json_records import find_records
from bedrock_doctor.evidence.ranking import rank
from bedrock_doctor.evidence.reading import Reading, read_event_record, read_piece
from bedrock_doctor.evidence.refusal import Refusal
from bedrock_doctor.evidence.text_decoding import decode_text
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.finding import Layer

_MOST_WINDOWS = 4_000
_TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?")
_HINT = re.compile("|".join(re.escape(anchor.decode()) for anchor in ANCHORS))

MOST_MESSAGES = 1_000
"""More different messages than these are not kept."""


def explain(text: str | bytes) -> Explanation:
    """Explains every denial in a text: messages, tracebacks, logs, bodies, events, evaluations.

    Works without AWS and without policies. Never raises for what the text holds; a text without
    denials gives an explanation without messages.
    """
    return _collected(_readings(text))


def explain_stream(stream: BinaryIO) -> Explanation:
    """The same for a byte stream of any size, in bounded memory."""
    head = stream.read(SMALL_INPUT + 1)
    if len(head) <= SMALL_INPUT:
        return explain(head)
    if head.lstrip()[:1] in (b"{", b"["):
        rest = stream.read(WHOLE_DOCUMENT - len(head) + 1)
        if len(head) + len(rest) <= WHOLE_DOCUMENT:
            whole = head + rest
            if whole.rstrip()[-1:] in (b"}", b"]") and _is_one_document(whole):
                return explain(whole)
        stream = cast(BinaryIO, _Rejoined(rest, stream))
    return _collected(_readings_of(windows(stream, head)))


def evidence_of(text: str | bytes) -> tuple[Denial, ...]:
    """What a text says, in the form that the diagnosis takes; look-alikes are marked as such."""
    return tuple(_denial(reading) for reading in _readings(text))


def explained_event(event: Mapping[str, Any]) -> tuple[Denial, ExplainedMessage] | None:
    """What one CloudTrail event says, as evidence and explained; None where nothing was refused.

    Of the candidates only the likeliest is given: whole trails are read in this way.

    Args:
        event: its fields, as CloudTrail names them.
    """
    if not is_refused(event):
        return None
    reading = read_event_record(event)
    return _denial(reading), explained(reading, most=1)


def _denial(reading: Reading) -> Denial:
    entry = reading.entry
    return reading.refusal.as_denial(
        is_access_problem=entry is None or entry.is_access_problem,
        finding=entry.finding if entry else "",
    )


def evaluated_policies(text: str | bytes) -> tuple[EvaluatedPolicy, ...]:
    """The policies in answers of GetRequestAuthorizationDetails and GetRequestAuthorizationPolicy.

    Args:
        text: a text that holds them; a very long one is no such answer.
    """
    if len(text) > WHOLE_DOCUMENT:
        return ()
    plain = decode_text(text)
    if "requestContext" not in plain:
        return ()
    records = [record.value for record in find_records(plain)]
    return tuple(policy for detail in find_details(records) for policy in detail.policies)


def _readings(text: str | bytes) -> Iterator[Reading]:
    if len(text) <= SMALL_INPUT:
        yield from read_piece(decode_text(text))
        return
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(data) <= WHOLE_DOCUMENT and data.lstrip()[:1] in (b"{", b"[") and _is_one_document(data):
        yield from read_piece(decode_text(data))
        return
    yield from _readings_of(windows(io.BytesIO(data[SMALL_INPUT:]), data[:SMALL_INPUT]))


def _is_one_document(data: bytes) -> bool:
    """Whether the bytes are one JSON document rather than one a line."""
    second = data.find(b"\n{", 1)
    return second == -1 or b'"Records"' in data[:200] or b'"Events"' in data[:200]


def _readings_of(pieces: Iterable[str]) -> Iterator[Reading]:
    """Readings of windows; a window that differs from an earlier one in its times only is not read
    again, which keeps logs full of retries fast."""
    known: dict[str, tuple[Reading, ...]] = {}
    for piece in pieces:
        key = _TIMES.sub("", "\n".join(filter(_HINT.search, piece.split("\n"))))
        readings = known.get(key)
        if readings is None:
            readings = tuple(read_piece(piece))
            if len(known) < _MOST_WINDOWS:
                known[key] = readings
        yield from readings


class _Rejoined(io.RawIOBase):
    """Bytes read ahead, then the rest of the stream."""

    def __init__(self, ahead: bytes, rest: BinaryIO) -> None:
        self._ahead = io.BytesIO(ahead)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        return self._ahead.read(size) or self._rest.read(size)


@dataclass(slots=True)
class _Seen:
    """Messages in order of first occurrence, each with its count."""

    messages: dict[object, ExplainedMessage] = field(default_factory=dict)
    truncated: bool = False

    def add(self, reading: Reading) -> None:
        refusal = reading.refusal
        key = (
            refusal.entry, refusal.signer.arn, refusal.action, refusal.resource.arn, refusal.layer,
            refusal.explicit, refusal.policy_arn,
            "" if refusal.signer.arn else refusal.text,
            refusal.operation if refusal.source == "cloudtrail" else "",
        )  # fmt: skip
        known = self.messages.get(key)
        if known is not None:
            self.messages[key] = _merged(known, refusal)
        elif len(self.messages) < MOST_MESSAGES:
            self.messages[key] = explained(reading)
        else:
            self.truncated = True


def _merged(known: ExplainedMessage, refusal: Refusal) -> ExplainedMessage:
    """The same message once more: it counts, and may tell what the first one did not."""
    parsed = _parsed(refusal)
    told = {
        name: getattr(parsed, name)
        for name in ("authorization_id", "error_code", "http_status", "operation", "region")
        if getattr(known.parsed, name) is None and getattr(parsed, name) is not None
    }
    return replace(known, count=known.count + 1, parsed=replace(known.parsed, **told))


def _collected(readings: Iterable[Reading]) -> Explanation:
    seen = _Seen()
    for reading in readings:
        seen.add(reading)
    return Explanation(tuple(seen.messages.values()), seen.truncated)


def explained(reading: Reading, most: int | None = None) -> ExplainedMessage:
    """One reading with its candidates, all or the likeliest ones."""
    refusal, entry = reading.refusal, reading.entry
    if entry is None:
        return ExplainedMessage(
            text=refusal.text, parsed=_parsed(refusal), entry=None, cause="", settled=False,
            layer=refusal.layer, is_access_problem=True, candidates=(), source=refusal.source,
        )  # fmt: skip
    candidates = rank(refusal, entry, reading.situation, most)
    layer = policy_layer(refusal, entry)
    settled = entry.settled or refusal.layer is not None
    if settled and layer is not None:
        decided: Layer | None = layer
    else:
        decided = candidates[0].layer if candidates else layer
    return ExplainedMessage(
        text=refusal.text,
        parsed=_parsed(refusal),
        entry=entry.id,
        cause=entry.cause,
        settled=settled,
        layer=decided,
        is_access_problem=entry.is_access_problem,
        candidates=candidates
        if settled
        else tuple(
            replace(item, likelihood=Likelihood.LIKELY)
            if item.likelihood is Likelihood.CERTAIN
            else item
            for item in candidates
        ),
        source=refusal.source,
        notes=_notes(refusal),
    )


def _parsed(refusal: Refusal) -> Parsed:
    signer, resource = refusal.signer, refusal.resource
    is_role = signer.kind in ("assumed-role", "role")
    is_model = resource.kind == "foundation-model"
    return Parsed(
        principal=signer.arn or None,
        account=signer.account or None,
        role=signer.name if is_role and signer.name else None,
        session=signer.session or None,
        action=refusal.action or None,
        resource=resource.arn or None,
        region=refusal.call_region or resource.region or None,
        policy_arn=refusal.policy_arn or None,
        authorization_id=refusal.authorization_id or None,
        error_code=refusal.error_code or None,
        http_status=refusal.http_status,
        service=refusal.service or None,
        operation=refusal.operation or None,
        model=refusal.model or None,
        resource_region=resource.region if resource.region or is_model else None,
        resource_account=resource.account or None,
    )


def _notes(refusal: Refusal) -> tuple[str, ...]:
    notes: list[str] = []
    parts = refusal.policy_arn.split(":", 5)
    if len(parts) == 6 and parts[2] == "organizations" and parts[4].isdigit():
        path = parts[5].split("/")
        notes.append(
            f"policy {path[-1]} belongs to organization {path[1]}, managed from account {parts[4]}"
            if len(path) > 2
            else f"the policy is managed from account {parts[4]}"
        )
    elif refusal.policy_arn:
        notes.append(f"AWS names the policy: {refusal.policy_arn}")
    if refusal.authorization_id:
        notes.append(
            "AWS keeps its own evaluation for about a day: call GetRequestAuthorizationDetails "
            f"with authorization id {refusal.authorization_id} in the same Region"
        )
    if refusal.resource.kind == "foundation-model" and refusal.resource.region == "":
        notes.append("a model ARN without a Region stands for the routing of a global profile")
    if refusal.source == "text" and refusal.action and refusal.explicit is None:
        notes.append(
            "no reason in this text: check that the message was not cut; "
            "an untruncated one may name the policy type"
        )
    if refusal.layer is not None and refusal.source != "authorization-details":
        notes.append("AWS names one policy type even when several deny; others may follow")
    return tuple(notes)
