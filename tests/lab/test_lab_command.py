"""The command `bedrock-doctor lab`."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.lab.client import lab_client


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


def test_a_served_lab_answers_until_it_is_interrupted() -> None:
    """`lab up` as a process: it prints variables that a shell takes, and ends with Ctrl-C."""
    command = [sys.executable, "-m", "bedrock_doctor", "lab", "up", "--scenario", "scp-region-deny"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told: dict[str, str] = {}
        while "no_proxy" not in told:
            name, _, value = process.stdout.readline().removeprefix("export ").partition("=")
            assert name, process.stderr.read()
            told[name] = "".join(shlex.split(value))
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        access, secret, token = (told[name] for name in keys)
        endpoint = told["AWS_ENDPOINT_URL"]
        client = lab_client("sts", endpoint, "eu-central-1", (access, secret, token))
        assert client.get_caller_identity()["Arn"].endswith("assumed-role/app/lab")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert "the lab is gone" in process.stderr.read()
