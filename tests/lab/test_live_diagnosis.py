"""`diagnose` with AWS at hand, against the lab over HTTP.

The lab decides by the engine under test: these tests prove what is asked and what is made of the
answers, not that AWS would answer so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.lab.credentials import SECRET, TOKEN
from bedrock_doctor.lab.play import break_world
from bedrock_doctor.lab.scenario import find_scenario
from tests.lab.conftest import GATEWAY, HELLO, NOVA, Running

WAY = ["--role", GATEWAY, "--model", NOVA, "--region", "eu-central-1"]
BOTH = ["--target-profile", "admin-ai", "--org-profile", "admin-management"]
Diagnose = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def diagnose(
    running: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Diagnose]:
    """Asks in the lab's environment; with the name of a scenario, in its broken world."""
    for name, value in running.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", os.environ["PATH"])

    def ask(scenario: str, *words: str) -> tuple[int, dict[str, Any]]:
        if scenario:
            break_world(running.lab, find_scenario(scenario))
        code = run(["diagnose", *words, "--format", "json"])
        told = capsys.readouterr()
        assert SECRET not in told.out + told.err
        assert TOKEN not in told.out + told.err
        return code, json.loads(told.out) if told.out else {}

    yield ask
    running.lab.reset()


def found(report: dict[str, Any]) -> list[str]:
    return [finding["id"] for finding in report["findings"] if finding["blocking"]]


def test_who_can_read_nothing_learns_what_aws_lets_pass(diagnose: Diagnose) -> None:
    """The role is assumed for real; nothing about that hop is open any more."""
    code, report = diagnose("scp-region-deny", *WAY)
    assert (code, report["verdict"]) == (3, "unknown")
    decisive = [entry for entry in report["unknowns"] if entry["decisive"]]
    assert {entry["hop_index"] for entry in decisive} == {2}
    assert any("gave a session of 900 seconds" in note for note in report["notes"])
    told = " ".join(way for entry in decisive for way in entry["settle"])
    assert "--org-profile NAME" in told
    assert "--target-profile NAME" in told
    assert "bedrock-doctor collect --only organizations" in told
    assert report["collection"]["calls"] > 5


@pytest.mark.parametrize("scenario", ["scp-region-deny", "trust-names-another-account"])
def test_with_profiles_for_both_sides_all_is_told(
    diagnose: Diagnose, running: Running, scenario: str
) -> None:
    """The finding that the scenario is about, and for the trust also AWS's own refusal."""
    call = find_scenario(scenario).call
    way = ["--role", call.role, "--model", call.model, "--region", call.region]
    code, report = diagnose(scenario, "--profile", "app", *way, *BOTH)
    assert find_scenario(scenario).finding in [f["id"] for f in report["findings"]]
    assert code == 1
    assert report["contradictions"] == []


def test_collect_merge_diagnose_is_diagnose_live(
    diagnose: Diagnose, running: Running, tmp_path: Path
) -> None:
    """Three people collect, one joins: verdict, findings and open points are those of AWS."""
    break_world(running.lab, find_scenario("scp-region-deny"))
    app = "arn:aws:iam::111122223333:role/app"
    way = ["--as", app, *WAY, "--session-name", "bedrock-doctor"]
    named = ["--as", app, "--role", GATEWAY, "--model", NOVA, "--region", "eu-central-1"]
    for name, kinds in (("app", "iam"), ("ai", "iam,bedrock"), ("management", "organizations")):
        words = ["--profile", f"admin-{name}", "--only", kinds, "-o", str(tmp_path / name), "-q"]
        assert run(["collect", *named, *words]) == 0
    parts = [str(tmp_path / name) for name in ("app", "ai", "management")]
    assert run(["merge", *parts, "-o", str(tmp_path / "all.zip"), "-q"]) == 0
    _, merged = diagnose("", "--snapshot", str(tmp_path / "all.zip"), *way)
    _, live = diagnose("", "--profile", "admin-app", *way, *BOTH)
    assert merged["verdict"] == live["verdict"] == "deny"
    assert found(merged) == found(live) == ["BD312"]
    decided = [
        [(c["action"], c["resource"], c["verdict"]) for hop in r["hops"] for c in hop["checks"]]
        for r in (merged, live)
    ]
    assert decided[0] == decided[1]


def test_the_attempt_must_start_with_these_credentials(diagnose: Diagnose) -> None:
    """Somebody else's AssumeRole would prove nothing."""
    _, report = diagnose("", "--as", "arn:aws:iam::111122223333:role/other", *WAY)
    assert any("sts:AssumeRole was not tried" in note for note in report["notes"])


def test_a_refused_role_is_evidence(diagnose: Diagnose) -> None:
    """Without any policy at hand AWS's own refusal decides."""
    code, report = diagnose("trust-names-another-account", *WAY)
    assert (code, report["verdict"], report["certainty"]) == (1, "deny", "evidence")


def test_the_probe_settles_what_nobody_may_read(diagnose: Diagnose) -> None:
    code, report = diagnose("", *WAY, "--probe", "--yes")
    assert (code, report["verdict"], report["certainty"]) == (0, "allow", "evidence")
    assert any("is not documented" in note for note in report["notes"])
    code, report = diagnose("role-lacks-action", *WAY, "--probe", "--yes")
    assert (code, report["verdict"]) == (1, "deny")
    assert "BD011" in found(report)


def test_the_probe_asks_first(
    diagnose: Diagnose, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(running.lab.trail._events)
    assert run(["diagnose", *WAY, "--probe"]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert len(running.lab.trail._events) == before


def test_the_last_denial_is_found_and_diagnosed(
    diagnose: Diagnose, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    break_world(running.lab, find_scenario("role-lacks-action"))
    session = running.session("bedrock-runtime")
    with pytest.raises(session.exceptions.AccessDeniedException):
        session.converse(modelId=NOVA, messages=HELLO)
    words = ["diagnose", "--last", "--role", GATEWAY, "--region", "eu-central-1", *BOTH]
    assert run([*words, "--as", "arn:aws:iam::111122223333:role/app", "--model", NOVA]) == 1
    told = capsys.readouterr()
    assert ">  1  " in told.err
    assert "assumed-role/gateway/test" in told.err
    assert "BD401" in told.out
    assert run(["diagnose", "--last", "9", *WAY, *BOTH]) == 2
    assert "CloudTrail knows 1 denied call here" in capsys.readouterr().err


def test_the_simulator_is_compared(diagnose: Diagnose) -> None:
    """The lab's simulator is the engine itself: it can only agree."""
    _, report = diagnose("role-denied-explicitly", *WAY, *BOTH, "--simulate")
    assert any("IAM's policy simulator agrees in " in note for note in report["notes"])
    assert report["contradictions"] == []


def test_nothing_is_called_offline(
    diagnose: Diagnose, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", *WAY, "--offline"]) == 2
    assert "missing: `--snapshot`, `--as`" in capsys.readouterr().err
    assert run(["diagnose", *WAY, "--offline", "--profile", "app"]) == 2
    assert "--offline forbids it" in capsys.readouterr().err


def test_a_configuration_is_asked_of_files_alone(
    diagnose: Diagnose, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", "--config", str(tmp_path / "config"), "--profile", "app"]) == 2
    assert "--config may name many" in capsys.readouterr().err


def test_credentials_that_are_not_taken_end_with_4_and_silence_with_5(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert run(["diagnose", *WAY, "--profile", "nobody"]) == 4
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    assert run(["diagnose", *WAY]) == 4
    assert run(["diagnose", *WAY, "--endpoint-url", "http://127.0.0.1:9"]) == 5
    assert "EndpointConnectionError" in capsys.readouterr().err


def test_lab_credentials_leave_no_loopback(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", *WAY, "--endpoint-url", "https://sts.example.com"]) == 2
    assert "credentials of the lab" in capsys.readouterr().err
