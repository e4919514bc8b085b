"""Account and model gates as findings, and what nobody collected of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bedrock_doctor.diagnose.registry import BY_SLUG
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Finding, Layer, Severity, Stage
from bedrock_doctor.model.report import NotChecked
from bedrock_doctor.model.way import Gate, GateState, Way
from bedrock_doctor.path.marketplace import WITHOUT_PRODUCT

_SHUT = (GateState.CLOSED, GateState.HINT_CLOSED)


_SUBSCRIBING = ("agreement-missing", "marketplace-rights-missing")
"""Gates of the subscription that the first call in an account begins."""
_WINDOW = timedelta(minutes=15)
"""How long such a subscription may take; calls may pass meanwhile.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""


def findings(way: Way, created: str = "", denials: tuple[Denial, ...] = ()) -> Iterator[Finding]:
    """The gates that are closed (errors) or seem to be (warnings).

    Args:
        way: the attempt, expanded.
        created: ISO 8601 time of the snapshot, or empty.
        denials: what messages and events of AWS say; the times of events are compared with it.
    """
    absent = any(g.rule == "model-not-offered-in-region" and g.state in _SHUT for g in way.gates)
    for gate in way.gates:
        if gate.state not in _SHUT or (absent and gate.rule == "on-demand-not-supported"):
            continue
        closed = gate.state is GateState.CLOSED
        rule = BY_SLUG[gate.rule]
        yield Finding(
            id=rule.id,
            slug=rule.slug,
            stage=Stage.INVOKE,
            hop_index=way.call.index,
            layer=gate.layer,
            owner_account=gate.account,
            severity=Severity.ERROR if closed else Severity.WARNING,
            blocking=closed,
            summary=_summary(gate, rule.sentence),
            notes=(
                *((f"source: {gate.source}",) if gate.source else ()),
                *(_window_notes(created, denials) if _begins_subscription(way, gate) else ()),
            ),
            help=(rule.advice,),
            subjects=(gate.subject,),
        )


def _begins_subscription(way: Way, gate: Gate) -> bool:
    """Whether the first call subscribes: in commercial Regions, to models that have a product."""
    commercial = way.call.principal.startswith("arn:aws:")
    return gate.rule in _SUBSCRIBING and commercial and not gate.subject.startswith(WITHOUT_PRODUCT)


def _window_notes(created: str, denials: tuple[Denial, ...]) -> Iterator[str]:
    yield (
        "the first call of the account begins the subscription; for up to 15 minutes calls may "
        "pass although it cannot be completed"
    )
    read = _time(created)
    for denial in denials:
        denied = _time(denial.event.time) if denial.event else None
        if read and denied and abs(read - denied) <= _WINDOW:
            yield (
                f"the call was denied at {denied:%Y-%m-%dT%H:%M:%SZ}, within 15 minutes of the "
                "snapshot: the subscription may have been under way"
            )


def _time(text: str) -> datetime | None:
    """A time in UTC; None where the text is none or has no time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _summary(gate: Gate, sentence: str) -> str:
    place = f" in {gate.region}" if gate.region else ""
    detail = f" ({gate.detail})" if gate.detail else ""
    return f"{gate.subject}{place}: {sentence}{detail}"


def not_checked(way: Way) -> tuple[NotChecked, ...]:
    """Layers and gates that the verdict does not wait for."""
    found = {
        NotChecked(gate.layer, gate.missing.what, gate.missing.command): None
        for gate in way.gates
        if gate.state is GateState.NOT_CHECKED and gate.missing is not None
    }
    if not way.attempt.endpoints:
        what = "VPC endpoint policy"
        how = "give --vpce if the caller is inside a VPC"
        return (NotChecked(Layer.ENDPOINT, what, how), *found)
    return tuple(found)
