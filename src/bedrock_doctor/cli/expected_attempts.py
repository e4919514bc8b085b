"""From the entries of an expectation file to questions that can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bedrock_doctor.cli.attempt_options import attempt_parameters
from bedrock_doctor.cli.evidence_options import Evidence, evidence_of_options
from bedrock_doctor.cli.stated_attempt import stated_attempt
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.expectations.access_file import KeyKind, StatedExpectation
from bedrock_doctor.model.expectation import Expectation

_HOP_FILE = re.compile(r"([0-9]+:session-policy=)(.*)", re.DOTALL)
_FLAG = re.compile(r"--(?=[a-z])")
_HELP = 'as = "arn:…", role = "arn:…", model = "…", region = "…"; snapshot = "…"'


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """An expectation with what its attempt is asked of.

    Attributes:
        stated: the entry of the file.
        expectation: what must hold.
        snapshots: where the snapshots stand.
        evidence: what messages and events of the entry say.
    """

    stated: StatedExpectation
    expectation: Expectation
    snapshots: tuple[str, ...]
    evidence: Evidence


def key_kinds() -> dict[str, KeyKind]:
    """The keys of an entry: the options of an attempt, but for ``--config``."""
    kinds = {}
    for name, option in attempt_parameters().items():
        if name != "config":
            kind = KeyKind.TEXTS if option.multiple else KeyKind.TEXT
            kinds[name] = KeyKind.FLAG if option.is_bool_flag else kind
    return kinds


def expected_question(stated: StatedExpectation, snapshots: tuple[str, ...]) -> ExpectedQuestion:
    """The question that an entry asks.

    Args:
        stated: the entry.
        snapshots: those of the command line; they win over those of the file.

    Raises:
        BadInput: something is missing or cannot be read, with the place in the file.
    """
    options = _options(stated, snapshots)
    try:
        evidence = evidence_of_options(options["error"], options["event"])
        attempt = stated_attempt(options, evidence.denials)
    except UsageError as error:
        raise placed(stated, error) from None
    expectation = Expectation(
        stated.name,
        attempt,
        stated.verdict,
        stated.because,
        stated.file.path,
        stated.file.position("expect", stated.number),
    )
    return ExpectedQuestion(stated, expectation, options["snapshots"], evidence)


def placed(stated: StatedExpectation, error: UsageError) -> BadInput:
    """An error of a question in the words of the file, with its place."""
    advice = error.help
    if advice and advice.startswith("a full question is"):
        advice = f"expected {_HELP}"
    return stated.defect(
        _FLAG.sub("", error.message), help=_FLAG.sub("", advice) if advice else None
    )


def _options(stated: StatedExpectation, snapshots: tuple[str, ...]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    folder = Path(stated.file.path).parent
    for name, option in attempt_parameters().items():
        value = stated.values.get(name)
        if isinstance(option.type, click.Choice) and value not in (None, *option.type.choices):
            words = f"expected {', '.join(option.type.choices)}"
            raise stated.defect(f"`{name}` is `{value}`", name, help=words)
        if value is None and option.multiple:
            value = ()
        options[str(option.name)] = value
    options["event"] = _beside(folder, stated, "event")
    options["error"] = _error(folder, stated)
    options["session_policies"] = _all_beside(folder, options["session_policies"])
    options["hops"] = tuple(_hop(folder, text) for text in options["hops"])
    options["snapshots"] = snapshots or _all_beside(folder, options["snapshots"])
    return options


def _beside(folder: Path, stated: StatedExpectation, key: str) -> str | None:
    name = stated.values.get(key)
    if name == "-":
        raise stated.defect(f"`{key}` cannot be standard input", key, help="expected a file")
    return str(folder / name) if isinstance(name, str) else None


def _error(folder: Path, stated: StatedExpectation) -> str | None:
    text = stated.values.get("error")
    if text == "-":
        raise stated.defect("`error` cannot be standard input", "error", help="expected @FILE")
    if isinstance(text, str) and text.startswith("@"):
        return f"@{folder / text[1:]}"
    return text if isinstance(text, str) else None


def _all_beside(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(folder / name) for name in names)


def _hop(folder: Path, text: str) -> str:
    found = _HOP_FILE.fullmatch(text)
    return f"{found[1]}{folder / found[2]}" if found else text
