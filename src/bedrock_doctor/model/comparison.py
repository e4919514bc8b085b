"""Two attempts side by side, and the first place where they part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.finding import Finding, Layer, Stage
from bedrock_doctor.model.report import Report


class State(StrEnum):
    """How an attempt fares at one layer of one step."""

    ALLOW = "allow"
    NONE = "none"
    """Nothing of this layer binds the attempt."""
    ABSENT = "no such step"
    """The attempt does not make the step."""
    DENY = "DENY"
    UNKNOWN = "unknown"

    @property
    def passes(self) -> bool:
        """Whether the attempt gets on."""
        return self in (State.ALLOW, State.NONE, State.ABSENT)


class Parting(StrEnum):
    """Whether two attempts go different ways."""

    NO = "no"
    YES = "yes"
    PERHAPS = "perhaps"
    """One side is not known there."""


@dataclass(frozen=True, slots=True)
class Side:
    """One attempt at one layer of one step.

    Attributes:
        state: how it fares.
        regions: the Regions in which it is denied or not known, where that is not all of them.
        words: what that rests on.
        findings: the barriers that stand there.
    """

    state: State
    regions: tuple[str, ...] = ()
    words: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedLayer:
    """One layer of one step, for both attempts.

    Attributes:
        stage: the part of the way.
        step: the step in words, for example ``1 sts:AssumeRole``.
        layer: the layer.
        left: the first attempt.
        right: the other one.
    """

    stage: Stage
    step: str
    layer: Layer
    left: Side
    right: Side

    @property
    def parting(self) -> Parting:
        """Whether the two go different ways here."""
        states = (self.left.state, self.right.state)
        if all(state.passes for state in states) or states[0] is states[1]:
            return Parting.NO
        return Parting.PERHAPS if State.UNKNOWN in states else Parting.YES


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, layer by layer, in the order of the way.

    Attributes:
        left: the first report.
        right: the other one.
        layers: every layer in which one of them has something to say.
    """

    left: Report
    right: Report
    layers: tuple[ComparedLayer, ...]

    @property
    def first(self) -> ComparedLayer | None:
        """Where the two part for certain, or else perhaps; None where they do not."""
        for wanted in (Parting.YES, Parting.PERHAPS):
            for layer in self.layers:
                if layer.parting is wanted:
                    return layer
        return None

    @property
    def parting(self) -> Parting:
        """Whether they part at all."""
        return self.first.parting if self.first else Parting.NO
