"""The report: everything that a face may show about one diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.model.finding import Contradiction, Finding, Layer, Unknown
from bedrock_doctor.model.fix import Fix, Plan
from bedrock_doctor.model.probe import Probe
from bedrock_doctor.model.way import TracedHop, Way


class Verdict(StrEnum):
    """The answer to "may this attempt pass?"."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """What the verdict rests on."""

    PROVEN = "proven"
    """Policy text and snapshot decide; nothing missing can change it."""
    EVIDENCE = "evidence"
    """AWS's own message decides, where the snapshot cannot."""
    OPEN = "open"
    """Something decisive is missing."""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A layer or gate that the verdict does not wait for.

    Attributes:
        layer: which one.
        what: the thing, in words.
        how: what would bring it in, for example ``--vpce ID``.
    """

    layer: Layer
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Report:
    """One diagnosis.

    Attributes:
        verdict: the answer.
        certainty: what it rests on.
        way: the attempt, expanded.
        hops: the way with the engine's answers.
        findings: in the order in which AWS would meet them.
        reported_first: the finding that AWS will have reported, or None.
        blocked_by: layers that deny, in order, each once for each hop.
        unknowns: layers that cannot be told.
        not_checked: layers and gates that nobody asked about.
        contradictions: between evidence and snapshot.
        collection: remarks on the snapshot: origins, time, unread files.
        redaction: level of redaction of this report.
        account_names: account id to the friendly name, where one is known.
        plan: what mends the attempt; None where nobody asked for it.
        probes: calls with an empty body that were made to learn whether they pass.
    """

    verdict: Verdict
    certainty: Certainty
    way: Way
    hops: tuple[TracedHop, ...]
    findings: tuple[Finding, ...]
    reported_first: Finding | None
    blocked_by: tuple[Layer, ...]
    unknowns: tuple[Unknown, ...]
    not_checked: tuple[NotChecked, ...]
    contradictions: tuple[Contradiction, ...] = ()
    collection: dict[str, object] = field(default_factory=dict)
    redaction: str = "none"
    account_names: Mapping[str, str] = field(default_factory=dict)
    plan: Plan | None = None
    probes: tuple[Probe, ...] = ()

    def fixes_of(self, finding: Finding) -> tuple[Fix, ...]:
        """The fixes of a finding, those of the plan before those of its alternatives."""
        options = self.plan.options if self.plan else ()
        return tuple(fix for plan in options for fix in plan.fixes if finding.id in fix.findings)
