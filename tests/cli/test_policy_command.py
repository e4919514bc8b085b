"""`bedrock-doctor policy` as people call it."""

from __future__ import annotations

import json

import pytest

from bedrock_doctor.cli.main import run

WAY = ["--model", "eu.amazon.nova-lite-v1:0", "--region", "eu-central-1"]
NAMES = [
    "--as",
    "arn:aws:iam::111122223333:role/app",
    "--role",
    "arn:aws:iam::444455556666:role/gateway",
]


def test_one_document_can_be_picked(capsys: pytest.CaptureFixture[str]) -> None:
    """As input for another tool."""
    words = ["--part", "trust", "--format", "json", "--query", "policies[0].document"]
    assert run(["policy", *WAY, *NAMES, "--external-id", "acme", *words]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["Statement"][0]["Condition"] == {"StringEquals": {"sts:ExternalId": "acme"}}


def test_the_text_says_whose_each_document_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Account and holder above each document, the proof below all of them."""
    assert run(["policy", *WAY, *NAMES]) == 0
    text = capsys.readouterr().out
    assert "account 444455556666, arn:aws:iam::444455556666:role/gateway" in text
    assert "Proved by evaluation" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--account"),
        (["--account", "42"], "no account id"),
        (["--role", NAMES[3]], "--as"),
        (["--account", "444455556666", "--external-id", "x"], "belongs to a role"),
        (["--account", "444455556666", "--query", "x"], "--query"),
        (["--account", "444455556666", "--operation", "batch"], "service role"),
    ],
)
def test_mistakes_are_usage_errors(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is missing or wrong."""
    assert run(["policy", *WAY, *words]) == 2
    assert message in capsys.readouterr().err
