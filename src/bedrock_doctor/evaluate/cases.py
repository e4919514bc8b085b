"""Policy evaluation of plain JSON cases, one object for each request.

The format is described in docs/reference/evaluate.md. The context of a case is complete: a key
that is not there is not sent, and nothing is derived.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.case_problems import problems
from bedrock_doctor.evaluate.compile import CompiledPolicies, compile_policies
from bedrock_doctor.evaluate.layers.resource import is_trust_call
from bedrock_doctor.model.arn import is_account_id
from bedrock_doctor.model.missing import Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.model.remembered import of_short_texts, shared
from bedrock_doctor.model.request import Context, Level, Policies, Readable, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Decision, PolicyLayer

_REPORTED = {
    PolicyLayer.IDENTITY: "identity",
    PolicyLayer.RESOURCE: "resource",
    PolicyLayer.BOUNDARY: "boundary",
    PolicyLayer.SESSION: "session",
    PolicyLayer.SCP: "scp",
    PolicyLayer.RCP: "rcp",
    PolicyLayer.ENDPOINT: "vpce",
}
UNREADABLE = "unknown"
"""In the place of a document: it exists, and what it says is not known."""

_BATCH = 512
_BATCH_BYTES = 1 << 20
"""Cases that are decided together: at most so many, of so many bytes and one more."""


class _Request(msgspec.Struct):
    principal: str
    action: str
    resource: str
    principal_account: str | None = None
    resource_account: str | None = None
    context: dict[str, str | int | float | bool | list[str | int | float | bool]] | None = None
    unknown_keys: list[str] = []


_NULL = msgspec.Raw(b"null")


class _Case(msgspec.Struct):
    request: _Request
    id: Any = None
    identity_policies: list[msgspec.Raw] | None = None
    resource_policy: msgspec.Raw = _NULL
    boundary: msgspec.Raw = _NULL
    session_policy: msgspec.Raw = _NULL
    vpce_policy: msgspec.Raw = _NULL
    scp_levels: list[list[msgspec.Raw]] | None = None
    rcp_levels: list[list[msgspec.Raw]] | None = None


_principal = of_short_texts(parse_principal, longest=512, most=4096)
_DECODER = msgspec.json.Decoder(_Case)


@dataclass(slots=True)
class Timing:
    """How long the decisions alone took, without reading and compiling.

    Attributes:
        decisions: how many were made.
        seconds: how long they took.
    """

    decisions: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Ready:
    id: Any
    policies: CompiledPolicies
    request: Request


def evaluate_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluates one case given as a mapping.

    Raises:
        BadInput: the case lacks a field or holds one of the wrong kind.
    """
    ready = read_case(json.dumps(case).encode())
    return _answer(ready, decide(ready.policies, ready.request))


def evaluate_cases(
    lines: Iterable[bytes], timing: Timing | None = None
) -> Iterator[dict[str, Any]]:
    """Evaluates JSON lines in order with bounded memory; a bad line gives a verdict ``error``."""
    batch: list[_Ready | dict[str, Any]] = []
    size = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            batch.append(read_case(line))
        except (UsageError, BadInput) as error:
            batch.append(_error(line, number, error.message))
        size += len(line)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield from _decide(batch, timing)
            batch, size = [], 0
    yield from _decide(batch, timing)


def _decide(
    batch: list[_Ready | dict[str, Any]], timing: Timing | None
) -> Iterator[dict[str, Any]]:
    pairs = [(ready.policies, ready.request) for ready in batch if isinstance(ready, _Ready)]
    start = time.process_time()
    decisions = [decide(policies, request) for policies, request in pairs]
    if timing is not None:
        timing.seconds += time.process_time() - start
        timing.decisions += len(decisions)
    found = iter(decisions)
    for ready in batch:
        yield _answer(ready, next(found)) if isinstance(ready, _Ready) else ready


def _error(line: bytes, number: int, message: str) -> dict[str, Any]:
    try:
        identity = msgspec.json.decode(line).get("id")
    except (msgspec.DecodeError, AttributeError, UnicodeDecodeError, RecursionError):
        identity = None
    return {"id": identity, "verdict": "error", "error": {"message": message, "line": number}}


def _answer(ready: _Ready, decision: Decision) -> dict[str, Any]:
    layers = dict(decision.layers)
    found = {
        "id": ready.id,
        "verdict": decision.outcome.value,
        "layers": {name: layers[layer].value for layer, name in _REPORTED.items()},
        "blocked_by": [_REPORTED[layer] for layer in decision.blocked_by],
    }
    defects = problems(ready.policies)
    return found | {"problems": defects} if defects else found


def read_case(line: bytes) -> _Ready:
    """Reads one case.

    Raises:
        BadInput: the line is no JSON, lacks a field, or holds one of the wrong kind.
        BadArn: the principal cannot be read.
    """
    try:
        case = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"not a case: {error}") from None
    ready = _Ready(case.id, _policies(case), _request(case.request))
    ready.policies.plan(ready.request.action)
    return ready


def _request(given: _Request) -> Request:
    principal = _principal(given.principal)
    if given.principal_account and not principal.account:
        principal = _with_account(principal, given.principal_account)
    action, owner = shared(given.action), _owner(given)
    return Request(principal, action, given.resource, owner and shared(owner), _context(given))


def _context(given: _Request) -> Context:
    """The context as sent; a key in two spellings is not known, and what is not known wins."""
    sent = given.context or {}
    spellings = Counter(key.lower() for key in sent)
    unknown = {key.lower(): UnknownFact(key) for key in sent if spellings[key.lower()] > 1}
    unknown.update({key.lower(): UnknownFact(key) for key in given.unknown_keys})
    values = {
        key: tuple(_text(item) for item in value) if isinstance(value, list) else _text(value)
        for key, value in sent.items()
        if key.lower() not in unknown
    }
    return Context.of(values, unknown=unknown.values())


def _owner(given: _Request) -> str | None:
    """The account of the resource; where it is not given, the one in its ARN."""
    if given.resource_account is not None:
        return given.resource_account or None
    parts = given.resource.split(":", 5)
    return (parts[4] or None) if len(parts) == 6 and is_account_id(parts[4]) else None


def _with_account(principal: Principal, account: str) -> Principal:
    kind = principal.kind
    if kind is PrincipalKind.ANONYMOUS:
        return principal
    return Principal(kind, principal.arn, account, principal.partition, principal.name)


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _policies(case: _Case) -> CompiledPolicies:
    return compile_policies(
        Policies(
            identity=tuple(
                _document(raw, PolicyKind.INLINE, f"identity_policies[{index}]")
                for index, raw in enumerate(case.identity_policies or ())
            ),
            resource=_optional(case.resource_policy, _kind_of_resource(case), "resource_policy"),
            boundary=_optional(case.boundary, PolicyKind.BOUNDARY, "boundary"),
            session=_session(case.session_policy),
            scp=_levels(case.scp_levels, PolicyKind.SCP, "scp_levels"),
            rcp=_levels(case.rcp_levels, PolicyKind.RCP, "rcp_levels"),
            endpoint=_optional(case.vpce_policy, PolicyKind.ENDPOINT, "vpce_policy"),
        )
    )


def _kind_of_resource(case: _Case) -> PolicyKind:
    is_trust = is_trust_call(case.request.action, case.request.resource)
    return PolicyKind.TRUST if is_trust else PolicyKind.RESOURCE


def _session(raw: msgspec.Raw) -> tuple[Readable, ...] | None:
    if bytes(raw) == b"null":
        return None
    if not bytes(raw).lstrip().startswith(b"["):
        return (_document(raw, PolicyKind.SESSION, "session_policy"),)
    entries = msgspec.json.decode(raw, type=list[msgspec.Raw])
    return tuple(
        _document(entry, PolicyKind.SESSION, f"session_policy[{index}]")
        for index, entry in enumerate(entries)
    )


def _levels(
    levels: list[list[msgspec.Raw]] | None, kind: PolicyKind, name: str
) -> tuple[Level, ...] | NotApplicable:
    if not levels:
        return NotApplicable("no control policies apply")
    return tuple(
        Level(
            f"{name}[{index}]",
            "",
            tuple(
                _document(raw, kind, f"{name}[{index}][{number}]")
                for number, raw in enumerate(level)
            ),
        )
        for index, level in enumerate(levels)
    )


def _optional(raw: msgspec.Raw, kind: PolicyKind, name: str) -> Readable | None:
    if bytes(raw) == b"null":
        return None
    return _document(raw, kind, name)


def _document(raw: msgspec.Raw, kind: PolicyKind, name: str) -> Readable:
    text = bytes(raw).decode()
    if text.strip() == f'"{UNREADABLE}"':
        return Missing(name, "")
    if text.startswith('"'):
        text = msgspec.json.decode(raw, type=str)
    return PolicyDocument(PolicyRef(kind, name), Source(text))
