"""The AWS CLI itself against the lab, with the environment of `lab shell`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.conftest import NOVA, Running

AWS = Path(sys.executable).parent / "aws"


def aws(running: Running, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(AWS), *words, "--output", "json"],
        env=running.environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_gateway_profile_assumes_the_role(running: Running, tmp_path: Path) -> None:
    done = aws(running, tmp_path, "sts", "get-caller-identity", "--profile", "gateway")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].endswith(":assumed-role/gateway/lab")


def test_converse_answers_through_the_role(running: Running, tmp_path: Path) -> None:
    words = ["bedrock-runtime", "converse", "--model-id", NOVA, "--profile", "gateway"]
    message = '[{"role": "user", "content": [{"text": "hello"}]}]'
    done = aws(running, tmp_path, *words, "--messages", message)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stopReason"] == "end_turn"


def test_models_are_listed(running: Running, tmp_path: Path) -> None:
    done = aws(running, tmp_path, "bedrock", "list-foundation-models", "--profile", "gateway")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["modelSummaries"]) > 10


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bedrock", "list-foundation-models"), "(AccessDeniedException)"),
        (("iam", "list-users"), "(AccessDenied)"),
    ],
)
def test_denials_read_like_those_of_aws(
    running: Running, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = aws(running, tmp_path, *words)
    assert done.returncode not in (0, 2)
    assert said in done.stderr
    assert "is not authorized to perform" in done.stderr


def test_the_cli_invokes_a_model(running: Running, tmp_path: Path) -> None:
    """InvokeModel as the AWS CLI sends it, with body and answer in files."""
    body = tmp_path / "body.json"
    body.write_text('{"messages": [{"role": "user", "content": [{"text": "hello"}]}]}')
    out = tmp_path / "out.json"
    words = ["bedrock-runtime", "invoke-model", "--model-id", NOVA, "--profile", "gateway"]
    done = aws(running, tmp_path, *words, "--body", f"fileb://{body}", str(out))
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["stopReason"] == "end_turn"


def test_the_cli_keeps_no_session_of_the_lab(running: Running, tmp_path: Path) -> None:
    """A session kept in ~/.aws/cli/cache would be used in the next lab, which does not know it."""
    words = ["sts", "get-caller-identity", "--profile", "gateway"]
    assert aws(running, tmp_path, *words).returncode == 0
    assert not (tmp_path / ".aws").exists()


def test_the_cli_has_no_event_streams(running: Running, tmp_path: Path) -> None:
    """awscli leaves these operations out; boto3 makes them in test_boto3. Should a release bring
    them, this tells that they can be tried."""
    listed = aws(running, tmp_path, "bedrock-runtime", "no-such-command").stderr
    assert "apply-guardrail" in listed
    for operation in ("converse-stream", "invoke-model-with-response-stream"):
        assert operation not in listed


def test_the_cli_manages_guardrails_and_keys(running: Running, tmp_path: Path) -> None:
    """As its pages show, made by the administrator; others are refused as by AWS."""
    running.lab.reset()
    texts = ["--blocked-input-messaging", "no", "--blocked-outputs-messaging", "no"]
    admin = ["--profile", "admin-ai"]
    made = aws(running, tmp_path, "bedrock", "create-guardrail", "--name", "h", *texts, *admin)
    name = json.loads(made.stdout)["guardrailId"]
    given = ["--guardrail-identifier", name, "--guardrail-version", "DRAFT", "--source", "INPUT"]
    content = ["--content", '[{"text": {"text": "hello"}}]']
    words = ["bedrock-runtime", "apply-guardrail", *given, *content]
    denied = aws(running, tmp_path, *words, "--profile", "gateway")
    assert "is not authorized to perform: bedrock:ApplyGuardrail" in denied.stderr
    service = ["--service-name", "bedrock.amazonaws.com", "--user-name", "admin", *admin]
    key = aws(running, tmp_path, "iam", "create-service-specific-credential", *service)
    assert '"ServiceCredentialSecret": "ABSK' in key.stdout
