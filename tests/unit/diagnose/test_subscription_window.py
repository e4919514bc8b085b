"""The minutes in which a subscription may be under way, told beside the gates of access."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bedrock_doctor.diagnose import gates
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.denial import Denial, EventFacts
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Gate, GateState, Way
from bedrock_doctor.path.expand import expand

CREATED = "2026-11-20T08:00:00Z"
ATTEMPT = Attempt(
    "arn:aws:iam::444455556666:role/app", (), "eu.amazon.nova-lite-v1:0", "eu-central-1"
)


def closed(rule: str) -> Way:
    """A way with one gate that seems to be closed."""
    way = expand(ATTEMPT, Snapshot())
    gate = Gate(
        Layer.AGREEMENT, rule, GateState.HINT_CLOSED, "444455556666", "eu-central-1", "a model"
    )
    return Way(way.attempt, way.target, way.hops, (gate,))


def notes(rule: str, time: str = "") -> tuple[str, ...]:
    """Notes of the finding, with a denied call at this time."""
    denial = Denial("denied", "--event", event=EventFacts(time=time))
    (finding,) = gates.findings(closed(rule), CREATED, (denial,))
    return finding.notes


@pytest.mark.parametrize(
    ("time", "near"),
    [
        ("2026-11-20T08:15:00Z", True),
        ("2026-11-20T07:45:00Z", True),
        ("2026-11-20T09:10:00+01:00", True),
        ("2026-11-20T08:15:01Z", False),
        ("2026-11-20T08:10:00", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_denial_near_the_snapshot_is_pointed_out(time: str, near: bool) -> None:
    """AWS-documented: model-access.html; setting up may last 15 minutes."""
    found = notes("agreement-missing", time)
    assert len(found) == (2 if near else 1)
    assert "15 minutes" in found[0]


def test_only_gates_of_the_subscription_speak_of_it() -> None:
    """Our choice: the form and the Region have nothing to do with it."""
    assert len(notes("marketplace-rights-missing")) == 1
    assert notes("use-case-form-missing") == ()


def test_nothing_is_subscribed_to_models_without_a_product() -> None:
    """AWS-documented: model-access.html; models of Amazon have nothing to subscribe to."""
    way = closed("agreement-missing")
    gate = replace(way.gates[0], subject="amazon.nova-lite-v1:0")
    (finding,) = gates.findings(replace(way, gates=(gate,)), CREATED)
    assert finding.notes == ()


def test_without_a_time_of_the_snapshot_nothing_is_compared() -> None:
    """Our choice: nothing is made up."""
    denial = Denial("denied", "--event", event=EventFacts(time=CREATED))
    (finding,) = gates.findings(closed("agreement-missing"), "", (denial, Denial("x", "--error")))
    assert len(finding.notes) == 1
