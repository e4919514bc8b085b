"""Calls that are made to learn whether AWS lets them pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProbeOutcome(StrEnum):
    """What a probe came to."""

    PASSED = "passed"
    """IAM let it pass: only its body was refused."""
    DENIED = "denied"
    """AWS refused access."""
    NOTHING = "proves nothing"
    """Another error, or no answer."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One question that one call with a body that no model takes can answer.

    Attributes:
        question: what is tried, in words that fit behind "probe:".
        operation: ``InvokeModel`` or ``InvokeModelWithResponseStream``.
        model: model id, profile id or ARN that is called.
        region: Region whose endpoint is called.
        guardrail: guardrail sent with the call, or None.
        by_key: whether the API key of the environment signs it, and not the session.
        is_attempt: whether it is the attempt itself.
        if_passed: what it tells when it passes and the attempt does not.
        if_denied: what it tells when it is denied as the attempt is.
    """

    question: str
    operation: str
    model: str
    region: str
    guardrail: str | None = None
    by_key: bool = False
    is_attempt: bool = False
    if_passed: str = ""
    if_denied: str = ""

    @property
    def words(self) -> str:
        """The call in one line."""
        guardrail = f" with guardrail {self.guardrail}" if self.guardrail else ""
        key = ", signed by the API key" if self.by_key else ""
        call = f"bedrock:{self.operation} on {self.model} in {self.region}{guardrail}{key}"
        return f"{self.question}: {call}"


@dataclass(frozen=True, slots=True)
class Probe:
    """A hypothesis that was tried.

    Attributes:
        hypothesis: which one.
        outcome: what came of it.
        said: AWS's answer, or why there is none.
    """

    hypothesis: Hypothesis
    outcome: ProbeOutcome
    said: str
