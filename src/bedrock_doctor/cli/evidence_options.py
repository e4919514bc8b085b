"""Texts named by ``--error`` and ``--event``, and files named by options."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy

_LIMIT = 64 << 20
"""Bytes of a text that are read; a longer one is refused."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ``--error`` and ``--event`` tell.

    Attributes:
        denials: the denials of AWS.
        policies: policies that AWS's own evaluation shows.
    """

    denials: tuple[Denial, ...] = ()
    policies: tuple[EvaluatedPolicy, ...] = ()

    def joined(self, other: Evidence) -> Evidence:
        """Both."""
        return Evidence(self.denials + other.denials, self.policies + other.policies)


def evidence_of_options(error: str | None, event: str | None) -> Evidence:
    """What the two options say. A text in which no denial is found gives a warning on stderr.

    Args:
        error: a message, ``@FILE`` or ``-``.
        event: a file or ``-``.

    Raises:
        UsageError: both want standard input.
        BadInput: a file cannot be read, or an event holds no denied call.
    """
    if error == "-" and event == "-":
        raise UsageError("--error and --event cannot both read standard input")
    found = Evidence()
    if error is not None:
        said = evidence_of_text(_argument(error), "--error")
        if not said.denials:
            click.echo(
                "warning: --error: no denial of AWS is recognized in this text, so it is not used",
                err=True,
            )
        found = said
    if event is not None:
        said = evidence_of_text(read_argument_file(event), "--event")
        if not said.denials:
            raise BadInput(
                "holds no denied call",
                path=None if event == "-" else event,
                help="expected a CloudTrail record with errorCode, or the output of "
                "`aws cloudtrail lookup-events`",
            )
        found = found.joined(said)
    return found


def read_file(name: str) -> bytes:
    """The bytes of a file that an option names.

    Raises:
        BadInput: it cannot be read, or is too long.
    """
    try:
        with Path(name).open("rb") as file:
            data = file.read(_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"cannot be read: {reason.lower()}", path=name) from None
    return _within_limit(data, name)


def read_argument_file(name: str) -> bytes | str:
    """The bytes of a file, or of standard input for ``-``.

    Raises:
        BadInput: it cannot be read, or is too long.
    """
    return _standard_input() if name == "-" else read_file(name)


def evidence_of_text(text: bytes | str, option: str) -> Evidence:
    """What a text says; `option` is where it came from."""
    from bedrock_doctor.evidence import evaluated_policies, evidence_of

    denials = tuple(
        replace(denial, source=option) for denial in evidence_of(text) if denial.is_access_problem
    )
    return Evidence(denials, evaluated_policies(text))


def _argument(text: str) -> bytes | str:
    if text == "-":
        return _standard_input()
    return read_file(text[1:]) if text.startswith("@") else text


def _standard_input() -> bytes | str:
    stream = sys.stdin
    if stream is None:
        raise BadInput("standard input is closed")
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        return stream.read(_LIMIT)
    data: bytes = buffer.read(_LIMIT + 1)
    return _within_limit(data, None)


def _within_limit(data: bytes, name: str | None) -> bytes:
    if len(data) > _LIMIT:
        raise BadInput(f"is longer than {_LIMIT >> 20} MiB", path=name)
    return data
