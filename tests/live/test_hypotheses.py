"""Which calls are worth making for an attempt: each differs from it in one thing (our choice)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bedrock_doctor.live.hypotheses import CALLS, hypotheses
from bedrock_doctor.live.readonly import PROBES
from bedrock_doctor.model.attempt import ApiKey, Attempt, Operation
from bedrock_doctor.model.probe import Hypothesis

OWN = Attempt(
    "arn:aws:iam::111122223333:role/app",
    ("arn:aws:iam::444455556666:role/gateway",),
    "eu.amazon.nova-lite-v1:0",
    "eu-central-1",
)


def differences(one: Hypothesis, other: Hypothesis) -> set[str]:
    names = ("operation", "model", "region", "guardrail", "by_key")
    return {name for name in names if getattr(one, name) != getattr(other, name)}


@pytest.mark.parametrize(
    "attempt",
    [
        OWN,
        replace(OWN, model="global.anthropic.claude-sonnet-4-20250514-v1:0"),
        replace(OWN, model="amazon.nova-lite-v1:0", region="us-east-1"),
        replace(OWN, guardrail="gr1:1", operation=Operation.CONVERSE_STREAM),
        replace(OWN, api_key=ApiKey.SHORT),
        replace(OWN, model="arn:aws:bedrock:eu-central-1:444455556666:provisioned-model/abc"),
    ],
)
@pytest.mark.parametrize("has_key", [True, False])
def test_the_attempt_comes_first_and_no_call_is_there_twice(
    attempt: Attempt, has_key: bool
) -> None:
    found = hypotheses(attempt, has_key=has_key)
    called = [replace(h, question="", if_passed="", if_denied="", is_attempt=False) for h in found]
    assert len(set(called)) == len(found)
    assert found[0].is_attempt is (attempt.api_key is None or has_key)
    assert not any(h.is_attempt for h in found[1:])
    for other in found[1:]:
        assert differences(found[0], other)
        assert other.if_passed
        assert other.if_denied
        assert ("bedrock-runtime", other.operation) in PROBES
        assert not other.by_key or has_key


def test_what_differs_is_one_thing() -> None:
    """A model in another Region is called there, without the profile that would route."""
    own, *others = (
        *hypotheses(replace(OWN, guardrail="gr1:1"), has_key=True),
        *(replace(h, guardrail="gr1:1") for h in hypotheses(OWN, has_key=False)[1:]),
    )
    allowed = ({"operation"}, {"region"}, {"model", "region"}, {"guardrail"}, {"by_key"})
    assert [differences(own, other) for other in others]
    for other in others:
        assert differences(own, other) in allowed
    assert {"guardrail"} in [differences(own, other) for other in others]
    assert {"by_key"} in [differences(own, other) for other in others]


def test_every_region_behind_the_profile_is_tried_once() -> None:
    """Destinations of eu. profiles by the catalog; those without on-demand through the profile."""
    tried = [h.region for h in hypotheses(OWN, has_key=False) if differences(h, OWN_FIRST)]
    assert sorted(region for region in tried if region != "eu-central-1") == [
        "eu-north-1",
        "eu-west-1",
        "eu-west-3",
    ]


OWN_FIRST = hypotheses(OWN, has_key=False)[0]


@pytest.mark.parametrize("operation", sorted(set(Operation) - set(CALLS)))
def test_operations_that_could_start_something_are_not_probed(operation: Operation) -> None:
    assert hypotheses(replace(OWN, operation=operation), has_key=True) == ()
