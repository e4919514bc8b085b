"""The denied calls of this process: bounded, each different one once."""

from __future__ import annotations

import logging
import shlex
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from bedrock_doctor.render.printable import printable

LIMIT = 100
"""Different denied calls that are kept; the oldest leaves first."""
_LONGEST = 4096

_log = logging.getLogger("bedrock_doctor.hook")
_lock = threading.Lock()
_held: OrderedDict[tuple[str, ...], DeniedCall] = OrderedDict()
_met = 0


@dataclass(frozen=True, slots=True)
class DeniedCall:
    """One call that AWS answered with HTTP status 403. What the call did not name is empty.

    Attributes:
        number: in the order in which the process met them, from 1.
        service: as botocore spells it in events, for example ``bedrock-runtime``.
        operation: API operation, for example ``ConverseStream``.
        region: Region of the client.
        model: model id, inference profile id or ARN that the call named.
        guardrail: guardrail id or ARN that the call named.
        role: role that the call asked to assume.
        error_code: for example ``AccessDeniedException``.
        message: AWS's message, at most 4,096 characters.
        request_id: of the latest such call.
        count: how many times the same call was denied in the same words.
    """

    number: int
    service: str
    operation: str
    region: str
    model: str
    guardrail: str
    role: str
    error_code: str
    message: str
    request_id: str
    count: int = 1

    @property
    def text(self) -> str:
        """The denial as the exception of botocore words it."""
        return (
            f"An error occurred ({self.error_code}) when calling the {self.operation} operation: "
            f"{self.message}"
        )

    @property
    def command(self) -> str:
        """The command that explains it, for a POSIX shell."""
        return f"bedrock-doctor explain {shlex.quote(printable(self.text))}"


def denied_calls() -> tuple[DeniedCall, ...]:
    """The denied calls that are remembered, the oldest first."""
    with _lock:
        return tuple(_held.values())


def clear() -> None:
    """Forgets them."""
    with _lock:
        _held.clear()


def remember(call: DeniedCall) -> None:
    """Keeps a denied call; the first of its kind is logged as a warning, repetitions are counted.

    Args:
        call: its number is given here.
    """
    global _met
    message = call.message[:_LONGEST]
    key = (
        call.service, call.operation, call.region, call.model, call.guardrail, call.role,
        call.error_code, message,
    )  # fmt: skip
    with _lock:
        known = _held.get(key)
        if known is not None:
            _held[key] = replace(known, count=known.count + 1, request_id=call.request_id)
            return
        _met += 1
        made = replace(call, number=_met, message=message)
        _held[key] = made
        if len(_held) > LIMIT:
            _held.popitem(last=False)
    _log.warning("%s", warning_of(made))


def find(request_id: str) -> DeniedCall | None:
    """The remembered call with this request id."""
    with _lock:
        found = (call for call in reversed(_held.values()) if call.request_id == request_id)
        return next(found, None) if request_id else None


def warning_of(call: DeniedCall) -> str:
    """One line: which call, by which id AWS knows it, and the command that explains it."""
    subject = call.model or call.role or call.guardrail
    words = [f"denied call {call.number}: {call.service} {call.operation}"]
    words += [f"of {subject}"] if subject else []
    words += [f"in {call.region}"] if call.region else []
    words += [f"({call.error_code}, request {call.request_id or 'without id'})."]
    return printable(" ".join(words)) + f" What it means: {call.command}"
