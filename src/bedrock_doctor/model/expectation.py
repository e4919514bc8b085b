"""What must hold of an attempt, and what was found instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.source import Position


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation of a file.

    Attributes:
        name: what it is called, or empty.
        attempt: the attempt that it is about.
        verdict: the answer that must be given.
        because: ids of findings that must be among those that give it; none: any will do.
        path: the file that states it, as the user named it.
        position: where it stands there.
    """

    name: str
    attempt: Attempt
    verdict: Verdict
    because: tuple[str, ...]
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Ignore:
    """An entry of an ignore file: a finding that is put up with, for now or for good.

    Attributes:
        id: of the finding.
        reason: why it is put up with.
        expires: the last day on which it is; None: no end.
        account: only where this account owns the finding; empty: any.
        policy: only where this policy, by name, id or ARN, decides; empty: any.
        path: the file that states it.
        position: where it stands there.
    """

    id: str
    reason: str
    expires: date | None
    account: str
    policy: str
    path: str
    position: Position

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of a finding, whatever the day."""
        ref = finding.place.policy if finding.place else None
        named = (ref.name, ref.title, ref.arn) if ref else ()
        return (
            finding.id == self.id
            and self.account in ("", finding.owner_account)
            and (not self.policy or self.policy in named)
        )

    def holds(self, day: date) -> bool:
        """Whether it is still in force on a day."""
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that counts no longer, and the entry that says so."""

    finding: Finding
    ignore: Ignore


class Outcome(StrEnum):
    """How an expectation and a report go together."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "cannot tell"
    """The report is unknown, and something else was expected."""
    SILENCED = "silenced"
    """Not met, or not to be told, because of findings that are all silenced."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An expectation held against a report.

    Attributes:
        expectation: what was expected.
        report: what is.
        outcome: how they go together.
        reasons: the findings that decide the report's verdict and are not silenced.
        lacking: ids of `because` that are not among the report's findings.
        silenced: findings of the report that an ignore file silences.
    """

    expectation: Expectation
    report: Report
    outcome: Outcome
    reasons: tuple[Finding, ...]
    lacking: tuple[str, ...]
    silenced: tuple[Silenced, ...]
