"""Whether a plan was carried out: what `verify` answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.model.report import Report, Verdict


class DocumentState(StrEnum):
    """What became of a document that a plan changes."""

    AS_PLANNED = "as planned"
    UNCHANGED = "not changed yet"
    OTHERWISE = "changed otherwise"
    ABSENT = "not in the snapshot"


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """A document that a plan changes.

    Attributes:
        fix: id of the fix.
        policy: which document.
        owner: account that changes it.
        before: its text when the plan was made; empty: it is created.
        after: its text with the plan.
    """

    fix: str
    policy: PolicyRef
    owner: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """One option of a plan as it was saved.

    Attributes:
        attempt: the attempt as it is made with the plan.
        documents: the documents that it changes.
    """

    attempt: Attempt
    documents: tuple[PlannedDocument, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """A plan held against a newer snapshot.

    Attributes:
        report: the diagnosis of the attempt now.
        documents: the planned documents and what became of each.
        unplanned: decisions that are not as the plan foresaw: opened and closed against it.
        whole: whether an older snapshot was given, so that everything was compared; else only the
            planned documents were.
    """

    report: Report
    documents: tuple[tuple[PlannedDocument, DocumentState], ...]
    unplanned: BlastRadius
    whole: bool

    @property
    def fixed(self) -> bool:
        """Whether the attempt is allowed now."""
        return self.report.verdict is Verdict.ALLOW

    @property
    def as_planned(self) -> bool:
        """Whether every document and every compared decision is as the plan foresaw."""
        applied = all(state is DocumentState.AS_PLANNED for _, state in self.documents)
        return applied and not self.unplanned.opened and not self.unplanned.closed
