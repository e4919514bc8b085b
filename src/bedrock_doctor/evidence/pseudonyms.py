"""Account ids and names of an explanation replaced by pseudonyms, always by the same ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bedrock_doctor.evidence.explanation import Candidate, ExplainedMessage, Explanation, Parsed

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_NAMES = (
    ("organization", re.compile(r"\bo-[a-z0-9]{8,32}\b")),
    ("policy", re.compile(r"\bp-[a-z0-9]{8,128}\b")),
    ("unit", re.compile(r"\bou-[a-z0-9]{4,32}-[a-z0-9]{4,32}\b")),
    ("endpoint", re.compile(r"\bvpce-[0-9a-f]{8,17}\b")),
    ("address", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    ("mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("key-id", re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b")),
)
_IAM_ARN = re.compile(r"(?<=:)(assumed-role|role|user|policy|federated-user)/([\w+=,.@/-]+)")


@dataclass(slots=True)
class Pseudonyms:
    """Hands out pseudonyms in order of first use."""

    hide_names: bool
    known: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def name(self, kind: str, text: str) -> str:
        """The pseudonym of one account id or name."""
        if text not in self.known:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.known[text] = f"<{kind}-{self.counts[kind]}>"
        return self.known[text]

    def learn(self, parsed: Parsed) -> None:
        """Remembers the names of a message, so that prose loses them too."""
        if not self.hide_names:
            return
        for kind, text in (("role", parsed.role), ("session", parsed.session)):
            if text:
                self.name(kind, text)
        for arn in (parsed.principal, parsed.resource, parsed.policy_arn):
            for match in _IAM_ARN.finditer(arn or ""):
                if match[1] != "assumed-role":
                    self.name(match[1], match[2].rpartition("/")[2])

    def apply(self, text: str) -> str:
        """The text with all that is known, and all that looks like an account id, replaced."""
        if self.hide_names:
            for kind, pattern in _NAMES:
                text = pattern.sub(partial(self._found, kind), text)
            names = sorted((name for name in self.known if len(name) > 1), key=len, reverse=True)
            if names:
                any_name = re.compile(
                    rf"(?<![\w<-])(?:{'|'.join(re.escape(name) for name in names)})(?![\w>-])"
                )
                text = any_name.sub(lambda match: self.known[match[0]], text)
        return _ACCOUNT.sub(lambda match: self.name("account", match[0]), text)

    def _found(self, kind: str, match: re.Match[str]) -> str:
        return self.name(kind, match[0])


def redacted(explanation: Explanation, level: str) -> Explanation:
    """The explanation with account ids (``accounts``) or names as well (``all``) replaced.

    Args:
        explanation: what is to be shown.
        level: ``none``, ``accounts`` or ``all``.
    """
    if level == "none":
        return explanation
    pseudonyms = Pseudonyms(hide_names=level == "all")
    for message in explanation.messages:
        pseudonyms.learn(message.parsed)
    return replace(
        explanation,
        messages=tuple(_message(message, pseudonyms) for message in explanation.messages),
    )


def _message(message: ExplainedMessage, pseudonyms: Pseudonyms) -> ExplainedMessage:
    apply = pseudonyms.apply
    parsed = message.parsed
    told: dict[str, Any] = {
        name: apply(value)
        for name in Parsed.__slots__
        if isinstance(value := getattr(parsed, name), str)
    }
    return replace(
        message,
        text=apply(message.text),
        parsed=replace(parsed, **told),
        candidates=tuple(_candidate(item, pseudonyms) for item in message.candidates),
        notes=tuple(apply(note) for note in message.notes),
    )


def _candidate(candidate: Candidate, pseudonyms: Pseudonyms) -> Candidate:
    return replace(
        candidate,
        why=pseudonyms.apply(candidate.why),
        confirm=pseudonyms.apply(candidate.confirm),
        fix=pseudonyms.apply(candidate.fix),
    )
