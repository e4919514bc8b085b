"""A list of possible findings while it is being weighed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bedrock_doctor.evidence.explanation import Likelihood


@dataclass(slots=True)
class Weight:
    """One possible finding: its id, likelihood, and reason where the catalogue's does not do."""

    finding: str
    likelihood: Likelihood
    why: str = ""


@dataclass(slots=True)
class Weights:
    """The possible findings of one message, in order. Each finding occurs once."""

    items: list[Weight] = field(default_factory=list)

    @classmethod
    def of(cls, candidates: Iterable[tuple[str, str]]) -> Weights:
        """Starts with the catalogue's candidates."""
        return cls([Weight(finding, Likelihood(weight)) for finding, weight in candidates])

    def find(self, finding: str) -> Weight | None:
        """The weight of a finding, or None."""
        return next((item for item in self.items if item.finding == finding), None)

    def add(
        self, finding: str, likelihood: Likelihood, why: str = "", *, first: bool = False
    ) -> None:
        """Adds a finding, or gives it a new likelihood and place."""
        self.drop(finding)
        self.items.insert(0 if first else len(self.items), Weight(finding, likelihood, why))

    def drop(self, *findings: str) -> None:
        """Takes findings out."""
        self.items = [item for item in self.items if item.finding not in findings]

    def lead_with(self, finding: str, why: str = "") -> None:
        """Makes a finding the first, as likely."""
        self.add(finding, Likelihood.LIKELY, why, first=True)
