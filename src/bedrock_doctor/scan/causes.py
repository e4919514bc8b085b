"""The likely cause of a group of denied calls, from its earliest event."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.evidence import explained_event
from bedrock_doctor.evidence.explanation import Likelihood
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.scan.trail_event import TrailEvent, event_fields


@dataclass(frozen=True, slots=True)
class Cause:
    """What an event points to.

    Attributes:
        finding: id of the likeliest finding, or empty.
        slug: its name.
        layer: layer that refused, where the message tells.
        is_certain: whether the message alone settles it.
        denial: the event as evidence; None where it is none.
    """

    finding: str = ""
    slug: str = ""
    layer: Layer | None = None
    is_certain: bool = False
    denial: Denial | None = None


def cause_of(sample: TrailEvent) -> Cause:
    """What the event of a group points to."""
    told = explained_event(event_fields(sample))
    if told is None:
        return Cause()
    denial, message = told
    if not message.candidates:
        return Cause(denial=denial)
    likeliest = message.candidates[0]
    return Cause(
        likeliest.id,
        likeliest.slug,
        message.layer,
        message.settled and likeliest.likelihood is Likelihood.CERTAIN,
        denial,
    )
