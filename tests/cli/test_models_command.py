"""`bedrock-doctor models` as people call it."""

from __future__ import annotations

import json

import pytest

from bedrock_doctor.cli.main import run


def test_words_choose_models(capsys: pytest.CaptureFixture[str]) -> None:
    """Every word must occur; concise prints ids that a call can be made with."""
    assert run(["models", "NOVA", "lite", "--region", "eu-central-1", "--format", "concise"]) == 0
    assert "eu.amazon.nova-lite-v1:0\n" in capsys.readouterr().out
    assert run(["models", "no-such-model", "--region", "eu-central-1"]) == 1


def test_json_tells_ways_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    """Keys of the JSON form."""
    assert run(["models", "nova-lite", "--region", "eu-central-1", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["schema_version", "region", "sources", "complete", "models"]
    assert answer["models"][-1]["profiles"][0]["source"] == "catalog"


def test_a_region_that_nobody_scanned_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, and the command that would tell."""
    assert run(["models", "--region", "us-gov-west-1"]) == 3
    assert "aws bedrock list-foundation-models --region us-gov-west-1" in capsys.readouterr().out


def test_the_region_may_come_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for every AWS tool; without any the option is asked for."""
    assert run(["models", "nova"]) == 2
    assert "--region" in capsys.readouterr().err
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert run(["models", "nova"]) == 0
    assert "from eu-central-1" in capsys.readouterr().out
