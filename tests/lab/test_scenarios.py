"""Every scenario: the call fails, the diagnosis names the finding, the fix repairs the call."""

from __future__ import annotations

import pytest

from bedrock_doctor import app
from bedrock_doctor.errors import UnknownName
from bedrock_doctor.lab.play import play
from bedrock_doctor.lab.scenario import Scenario, find_scenario, scenarios
from tests.lab.conftest import Running


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_goes_as_it_says(running: Running, scenario: Scenario) -> None:
    played = play(running.lab, running.endpoint, scenario)
    assert played.surprises == ()
    assert "An error occurred" in played.before.text


def test_there_are_enough_with_a_story_each() -> None:
    assert len(scenarios()) >= 20
    known = {rule.id for rule in app.rules()}
    for scenario in scenarios():
        assert scenario.finding in known
        assert scenario.who
        assert scenario.broke
        assert scenario.first_try
        assert scenario.fix or scenario.fixed_call != scenario.call


def test_an_unknown_name_is_met_with_a_near_one() -> None:
    with pytest.raises(UnknownName) as caught:
        find_scenario("scp-region-denies")
    assert caught.value.help == "did you mean `scp-region-deny`?"
