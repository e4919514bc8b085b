"""What a rule is: a finding with its manual page and the predicate that claims a barrier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.model.finding import Layer, Place, Severity, Stage


@dataclass(frozen=True, slots=True)
class Manual:
    """The manual page of a finding.

    Attributes:
        happened: what happened.
        why: why AWS decides so.
        confirm: how to confirm it.
        fix: how to mend it.
        avoid: what not to do.
        references: addresses of the AWS pages it rests on.
    """

    happened: str
    why: str
    confirm: str
    fix: str
    avoid: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a rule says about a barrier.

    Attributes:
        summary: one line, understandable alone.
        place: the deciding place in a policy, or None.
        notes: explanations.
        help: what to do.
        subjects: what is concerned: ARNs, Regions, values.
    """

    summary: str
    place: Place | None = None
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding that can be reported.

    Attributes:
        id: ``BD`` and three digits; never changes its meaning.
        slug: its name; reads well behind "ignore …".
        title: one line.
        stage: part of the way.
        layer: layer of the report.
        manual: its page.
        claims: answers for a barrier; None when the rule does not explain it, or when the rule is
            raised by other means (evidence, gates, unknowns).
        severity: weight of its findings.
        since: version that introduced it.
    """

    id: str
    slug: str
    title: str
    stage: Stage
    layer: Layer
    manual: Manual
    claims: Callable[[Barrier], Claim | None] | None = None
    severity: Severity = Severity.ERROR
    since: str = "0.1.0"

    @property
    def advice(self) -> str:
        """The first sentence of how to mend it, as a step of help: lower case, no period."""
        first = self.manual.fix.partition(". ")[0].rstrip(".")
        return first if first[1:2].isupper() else first[0].lower() + first[1:]

    @property
    def sentence(self) -> str:
        """The title as the beginning of a summary."""
        return self.title if self.title[1:2].isupper() else self.title[0].lower() + self.title[1:]
