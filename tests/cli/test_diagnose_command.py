"""`bedrock-doctor diagnose` as people call it: files of theirs that are broken, and redaction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bedrock_doctor.cli.main import run

ACME = str(Path(__file__).parents[2] / "examples" / "acme" / "snapshot")
WAY = ["--snapshot", ACME, "--region", "eu-central-1"]
RAG = [
    "--as",
    "arn:aws:iam::111122223333:role/rag-api",
    "--role",
    "arn:aws:iam::444455556666:role/rag-inference",
    "--model",
    "eu.amazon.nova-lite-v1:0",
]
ORDERS = [
    "--as",
    "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role",
    "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--model",
    "eu.anthropic.claude-sonnet-4-6",
]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"Version": "2012-10-17",\n "Statement": [{"Efect": "Allow"}]}', ":2:17"),
        ("not JSON", ":1:1"),
        ('{"Statement": []', ":1:17"),
    ],
)
def test_a_broken_session_policy_is_an_error_with_its_place(
    text: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWS STS would refuse it, so there is nothing to evaluate."""
    file = tmp_path / "session.json"
    file.write_text(text, encoding="utf-8")
    assert run(["diagnose", *WAY, *RAG, "--session-policy", str(file)]) == 2
    assert f"{file}{place}: " in capsys.readouterr().err


def test_mistakes_of_a_configuration_name_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role that is no ARN, a file that is none, a model that it does not name."""
    file = tmp_path / "litellm.yaml"
    model = {"model": "bedrock/eu.amazon.nova-lite-v1:0", "aws_role_name": "gateway"}
    file.write_text(json.dumps({"model_list": [{"model_name": "chat", "litellm_params": model}]}))
    ask = ["diagnose", *WAY, "--as", RAG[1], "--config", str(file)]
    assert run(ask) == 2
    assert 'model_list[0] "chat": `gateway` is not an ARN' in capsys.readouterr().err
    assert run([*ask, "--model", "eu.amazon.nova-pro-v1:0"]) == 2
    assert "it names eu.amazon.nova-lite-v1:0" in capsys.readouterr().err
    file.write_text("{", encoding="utf-8")
    assert run(ask) == 2
    assert f"{file}:1:2: the configuration is no valid JSON" in capsys.readouterr().err


def test_profiles_of_an_aws_config_file_need_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They name roles and no models; then each profile is an attempt."""
    file = tmp_path / "config"
    file.write_text(
        f"[profile rag]\nrole_arn = {RAG[3]}\nsource_profile = base\nregion = eu-central-1\n"
        "[profile base]\nregion = eu-central-1\n",
        encoding="utf-8",
    )
    ask = ["diagnose", *WAY, "--as", RAG[1], "--config", str(file)]
    assert run(ask) == 2
    assert "names no model" in capsys.readouterr().err
    assert run([*ask, "--model", RAG[5], "--format", "json", "--query", "attempts[].where"]) == 1
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize("form", ["text", "json", "concise"])
@pytest.mark.parametrize("question", [RAG, ORDERS], ids=["allowed", "denied"])
def test_redaction_of_everything_leaves_no_name_behind(
    form: str, question: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Accounts, roles, policies, units: whoever reads it learns no name of the organization."""
    run(["diagnose", *WAY, *question, "--format", form, "--redact", "all", "-v"])
    shown = capsys.readouterr().out
    for name in (
        "111122223333", "444455556666", "999900001111", "orders-api", "rag-api", "rag-inference",
        "bedrock-gateway", "acme", "DenyUnapprovedRegions", "PlatformBoundary", "AllowEuInference",
        "o-k4m8q2z7ax", "ou-f7q2", "p-8f3k2q1m",
    ):  # fmt: skip
        assert name not in shown, name


@pytest.mark.parametrize("form", ["text", "json"])
def test_redaction_hides_buckets_and_the_names_in_them(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The data of a batch job is named after what a company does (our choice)."""
    job = ["--operation", "batch", "--service-role", RAG[3]]
    job += ["--input-s3", "s3://secret-in/merger/today.jsonl", "--output-s3", "s3://secret-out/x/"]
    run(["diagnose", *WAY, *RAG, *job, "--format", form, "--redact", "all", "-v"])
    shown = capsys.readouterr().out
    assert "<bucket-1>" in shown
    assert not any(name in shown for name in ("secret-in", "secret-out", "merger", "today"))
