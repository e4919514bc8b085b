"""The command `bedrock-doctor lab`."""

from __future__ import annotations

import pytest

from bedrock_doctor.cli.main import run


def test_a_scenario_is_told_from_failure_to_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "run", "scp-region-deny"]) == 0
    said = capsys.readouterr().out
    parts = [
        "with an explicit deny in a service control policy",
        "error[BD312]",
        "organizations:UpdatePolicy PolicyId=p-aiguard1",
        "The lab heard",
        "ok: gateway may call",
        "proves nothing about AWS",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_the_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 20
    assert any(line.startswith("scp-region-deny") and "BD312" in line for line in lines)


@pytest.mark.parametrize("words", [[], ["--all", "scp-region-deny"], ["no-such-thing"]])
def test_what_cannot_be_run_is_a_usage_error(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lab", "run", *words]) == 2
    assert "bedrock-doctor lab list" in capsys.readouterr().err


def test_the_shell_finds_the_lab(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/env")
    assert run(["lab", "shell", "--scenario", "scp-region-deny"]) == 0
    said = capfd.readouterr().out
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:" in said
    assert "AWS_ACCESS_KEY_ID=ASIALAB0111122223333" in said
