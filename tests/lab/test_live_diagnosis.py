"""`diagnose` with AWS at hand, against the lab over HTTP.

The lab decides by the engine under test: these tests prove what is asked and what is made of the
answers, not that AWS would answer so.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.diagnose.examine import examine
from bedrock_doctor.lab.credentials import SECRET, TOKEN
from bedrock_doctor.lab.play import attempt_of, break_world
from bedrock_doctor.lab.scenario import find_scenario
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.report import Verdict
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
    """The attempt passes: nothing is left that another call could settle."""
    code, report = diagnose("", *WAY, "--probe", "--yes")
    assert (code, report["verdict"], report["certainty"]) == (0, "allow", "evidence")
    assert any("is not documented" in note for note in report["notes"])
    assert [probe["outcome"] for probe in report["probes"]] == ["passed"]
    code, report = diagnose("role-lacks-action", *WAY, "--probe", "--yes")
    assert (code, report["verdict"]) == (1, "deny")
    assert "BD011" in found(report)


@pytest.mark.parametrize(
    ("scenario", "verdict", "blocking"),
    [
        ("role-lacks-action", Verdict.ALLOW, []),
        ("enforced-guardrail-not-allowed", Verdict.DENY, ["BD701"]),
        ("guardrail-policy-missing", Verdict.DENY, ["BD703"]),
    ],
)
def test_a_probe_that_passes_says_nothing_of_a_guardrail(
    running: Running, scenario: str, verdict: Verdict, blocking: list[str]
) -> None:
    """AWS does not document whether ApplyGuardrail is authorized before a body is refused."""
    played = find_scenario(scenario)
    break_world(running.lab, played)
    passage = Passage(2, "bedrock:InvokeModel", played.call.model, "only the body was refused")
    asked, snapshot = attempt_of(running.lab, played.call), running.lab.snapshot
    report = examine(asked, snapshot, (), (passage,))
    assert report.verdict is verdict
    assert [f.id for f in report.findings if f.blocking] == blocking
    assert [c.layer for c in report.contradictions] == [Layer.IDENTITY] * (not blocking)


def test_one_call_for_each_hypothesis_finds_the_difference(
    diagnose: Diagnose, running: Running
) -> None:
    """Only the streaming action is refused: the same without streaming passes, and all are told."""
    way = [*WAY, "--operation", "converse-stream"]
    _, report = diagnose("role-lacks-streaming-action", *way, "--probe", "--yes")
    outcomes = {probe["question"]: probe["outcome"] for probe in report["probes"]}
    assert outcomes == {
        "the call as it is attempted": "denied",
        "the same with bedrock:InvokeModel": "passed",
        "the model itself in eu-north-1, without the profile": "denied",
        "the profile, called in eu-west-1": "denied",
        "the profile, called in eu-west-3": "denied",
    }
    assert any(
        "passed: what is refused is the action bedrock:InvokeModelWithResponseStream alone" in note
        for note in report["notes"]
    )
    made = [e for e in running.lab.trail._events if e["eventSource"] == "bedrock.amazonaws.com"]
    probes = [e for e in made if e["eventName"].startswith("InvokeModel")]
    assert len(probes) == len(report["probes"])


def test_the_probes_are_listed_and_nobody_is_asked_without_a_terminal(
    diagnose: Diagnose,
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = len(running.lab.trail._events)
    assert run(["diagnose", *WAY, "--probe"]) == 2
    assert "add --yes" in capsys.readouterr().err
    at_a_terminal(monkeypatch, "n\n")
    assert run(["diagnose", *WAY, "--probe"]) == 2
    told = capsys.readouterr().err
    assert "5  the profile, called in eu-west-3" in told
    assert "Make up to 5 calls?" in told
    assert len(running.lab.trail._events) == before


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Standard input and error are a terminal at which this is typed."""
    keyboard = io.StringIO(typed)
    keyboard.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", keyboard)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)


def test_somebody_at_a_terminal_chooses_the_denial(
    diagnose: Diagnose,
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    break_world(running.lab, find_scenario("role-lacks-action"))
    for name in ("first", "second"):
        client = running.session("bedrock-runtime", RoleSessionName=name)
        with pytest.raises(client.exceptions.AccessDeniedException):
            client.converse(modelId=NOVA, messages=HELLO)
    words = ["diagnose", "--last", *WAY, "--target-profile", "admin-ai", "--format", "json"]
    at_a_terminal(monkeypatch, "9\n2\n")
    run(words)
    told = capsys.readouterr()
    assert ">" not in told.err.partition("Which one?")[0]
    assert "9 is not in the range" in told.err
    [chosen] = re.findall(r" 2  .*assumed-role/gateway/(\w+)", told.err)
    assert json.loads(told.out)["attempt"]["hops"][0]["session_name"] == chosen
    at_a_terminal(monkeypatch, "")
    assert run(words) == 130
    assert capsys.readouterr().out == ""


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


def test_a_simulator_that_disagrees_is_reported_and_decides_nothing(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both answers are shown; the verdict stays the one of the policies."""
    monkeypatch.setattr(
        "bedrock_doctor.lab.simulator._DECISIONS",
        {None: "implicitDeny", True: "allowed", False: "allowed"},
    )
    code, report = diagnose("", *WAY, *BOTH, "--simulate")
    assert (code, report["verdict"]) == (0, "allow")
    assert any("agrees in 0 of " in note for note in report["notes"])
    [first, *_] = report["contradictions"]
    assert "IAM's policy simulator says that bedrock:InvokeModel on" in first["evidence"]
    assert first["snapshot"] == "the evaluation says allowed"


def test_a_simulator_that_may_not_be_asked_is_a_note(diagnose: Diagnose, running: Running) -> None:
    """iam:SimulatePrincipalPolicy is a right of its own."""
    deny = {"Effect": "Deny", "Action": "iam:SimulatePrincipalPolicy", "Resource": "*"}
    running.client("iam", "admin-ai").put_user_policy(
        UserName="admin",
        PolicyName="NoSimulator",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": deny}),
    )
    _, report = diagnose("", *WAY, *BOTH, "--simulate")
    assert "the policy simulator was not asked: AccessDenied" in report["notes"]
    assert report["contradictions"] == []


def test_nothing_is_called_offline(
    diagnose: Diagnose, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", *WAY, "--offline"]) == 2
    assert "missing: `--snapshot`, `--as`" in capsys.readouterr().err
    assert run(["diagnose", *WAY, "--offline", "--profile", "app"]) == 2
    assert "--offline forbids it" in capsys.readouterr().err


LITELLM = """
model_list:
  - model_name: rag
    litellm_params:
      model: bedrock/eu.amazon.nova-lite-v1:0
      aws_region_name: eu-central-1
      aws_role_name: arn:aws:iam::444455556666:role/gateway
      aws_session_name: rag
      aws_profile_name: app
  - model_name: direct
    litellm_params:
      model: bedrock/eu.amazon.nova-micro-v1:0
      aws_region_name: eu-central-1
      aws_profile_name: gateway
"""


def test_every_attempt_of_a_configuration_is_asked_of_aws_with_its_own_profile(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    """The first assumes the role with the application's profile, the second is its session."""
    (tmp_path / "litellm.yaml").write_text(LITELLM)
    code, told = diagnose("role-lacks-action", "--config", str(tmp_path / "litellm.yaml"), *BOTH)
    assert code == 1
    first, second = (entry["report"] for entry in told["attempts"])
    assert first["attempt"]["caller"] == "arn:aws:sts::111122223333:assumed-role/app/lab"
    assert first["attempt"]["roles"] == [GATEWAY]
    assert second["attempt"]["caller"] == "arn:aws:sts::444455556666:assumed-role/gateway/lab"
    assert second["attempt"]["roles"] == []
    assert found(first) == found(second) == ["BD401"]
    assert all(report["collection"]["calls"] > 5 for report in (first, second))


def test_the_role_of_a_configured_profile_is_assumed_with_its_source(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html"""
    config = tmp_path / "of-somebody"
    config.write_text(
        f"[profile rag]\nrole_arn = {GATEWAY}\nsource_profile = app\nregion = eu-central-1\n"
        "[profile app]\naws_access_key_id = AKIAOFSOMEBODY000000\nregion = eu-central-1\n"
    )
    _, told = diagnose("", "--config", str(config), "--model", NOVA, *BOTH)
    assert told["attempts"][0]["where"] == "profile rag"
    report = told["attempts"][0]["report"]
    assert report["attempt"]["caller"] == "arn:aws:sts::111122223333:assumed-role/app/lab"
    assert report["verdict"] == "allow"
    assert any("gave a session of 900 seconds" in note for note in report["notes"])


def test_credentials_in_a_configuration_are_not_used(diagnose: Diagnose, tmp_path: Path) -> None:
    """A file may come from somebody else; a profile that only it knows does not sign either."""
    (tmp_path / ".env").write_text(
        "AWS_ACCESS_KEY_ID=AKIAOFSOMEBODY000000\nAWS_SECRET_ACCESS_KEY=canary-of-somebody\n"
        f"AWS_REGION=eu-central-1\nBEDROCK_MODEL={NOVA}\n"
    )
    _, told = diagnose("", "--config", str(tmp_path / ".env"))
    [report] = [entry["report"] for entry in told["attempts"]]
    assert report["attempt"]["caller"].endswith("assumed-role/app/lab")
    assert "with credentials of its own (static keys), which are not used" in report["notes"][0]
    (tmp_path / "config").write_text("[profile unheard-of]\nregion = eu-central-1\n")
    code, _ = diagnose("", "--config", str(tmp_path / "config"), "--model", NOVA)
    assert code == 4


def test_an_authorization_id_in_the_message_is_looked_up(diagnose: Diagnose) -> None:
    """The lab knows none: that they could not be read is said, and the message still counts."""
    message = (
        "User: arn:aws:sts::444455556666:assumed-role/gateway/lab is not authorized to perform: "
        "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::foundation-model/"
        "amazon.nova-lite-v1:0 with an explicit deny in a service control policy. Go to "
        "https://eu-central-1.console.aws.amazon.com/iam/home?region=eu-central-1#/"
        "authorization-details/0a1b2c3d4e5f for complete details, or call the "
        "GetRequestAuthorizationDetails API with the following authorization id: 0a1b2c3d4e5f"
    )
    code, report = diagnose("", *WAY, "--error", message)
    assert (code, report["verdict"]) == (1, "deny")
    assert any("authorization details 0a1b2c3d4e5f could not" in n for n in report["notes"])


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
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "https://iam.example.com")
    assert run(["diagnose", *WAY]) == 2
    assert "credentials of the lab" in capsys.readouterr().err
