"""The report echoes a model that was written with a gateway's prefix."""

from __future__ import annotations

import pytest

from bedrock_doctor.cli.main import run

ASKED = [
    "diagnose",
    "--exit-zero",
    "--snapshot",
    "examples/acme/snapshot",
    "--as",
    "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role",
    "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--region",
    "eu-central-1",
]


def test_what_was_written_stands_beside_what_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    """Only where they differ."""
    written = "bedrock/converse/eu.anthropic.claude-sonnet-4-6"
    assert run([*ASKED, "--model", written]) == 0
    assert f"(written {written})" in capsys.readouterr().out
    assert run([*ASKED, "--model", "eu.anthropic.claude-sonnet-4-6"]) == 0
    assert "(written" not in capsys.readouterr().out


def test_an_account_in_what_was_written_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    """As everywhere in the report."""
    profile = "inference-profile/eu.anthropic.claude-sonnet-4-6"
    written = f"bedrock/arn:aws:bedrock:eu-central-1:444455556666:{profile}"
    assert run([*ASKED, "--redact", "accounts", "--model", written]) == 0
    out = capsys.readouterr().out
    assert "(written" in out
    assert "444455556666" not in out
