"""`bedrock-doctor policy` as people call it."""

from __future__ import annotations

import json
import shlex

import hcl2
import pytest
from cfnlint.api import lint_all

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
    ("form", "expected"),
    [
        ("terraform", 'resource "aws_iam_role" "gateway_trust"'),
        ("cloudformation", "Type: AWS::IAM::RolePolicy"),
        ("cli", "aws iam update-assume-role-policy --role-name gateway"),
    ],
)
def test_templates_carry_the_documents_of_one_account(
    form: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Permissions and trust of the role; the caller's account gets a text of its own."""
    words = ["--part", "role", "--part", "trust", "--format", form]
    assert run(["policy", *WAY, *NAMES, *words]) == 0
    assert expected in capsys.readouterr().out
    assert run(["policy", *WAY, *NAMES, "--format", form]) == 2
    assert "a template is for one account" in capsys.readouterr().err


def test_an_account_alone_gets_a_managed_policy(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is named, so it can be attached to whoever calls."""
    assert run(["policy", *WAY, "--account", "444455556666", "--format", "cloudformation"]) == 0
    assert "AWS::IAM::ManagedPolicy" in capsys.readouterr().out


def test_users_get_user_policies(capsys: pytest.CaptureFixture[str]) -> None:
    """A direct call of a user."""
    words = ["--as", "arn:aws:iam::444455556666:user/team/ana", "--format", "terraform"]
    assert run(["policy", *WAY, *words]) == 0
    assert 'user   = "ana"' in capsys.readouterr().out


@pytest.mark.parametrize("form", ["terraform", "cloudformation", "cli"])
@pytest.mark.parametrize("part", ["role", "trust", "caller", "endpoint", "scp"])
def test_every_document_comes_in_every_form(
    part: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each alone; read by the tools that people would give it to."""
    assert run(["policy", *WAY, *NAMES, "--part", part, "--format", form]) == 0
    text = capsys.readouterr().out
    if form == "terraform":
        assert {"data", "resource"} <= set(hcl2.loads(text))
    elif form == "cloudformation":
        found = [match for match in lint_all(text) if not match.rule.id.startswith("I")]
        assert [str(match) for match in found] == []
    else:
        words = shlex.split(text, comments=True)
        assert [json.loads(word)["Version"] for word in words if word[0] == "{"] == ["2012-10-17"]


@pytest.mark.parametrize("part", ["endpoint", "scp"])
def test_documents_of_unknown_owners_stand_alone(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows whether endpoint and role are in one account."""
    words = ["--part", "role", "--part", part, "--format", "terraform"]
    assert run(["policy", *WAY, *NAMES, *words]) == 2
    assert f"the owner of --part {part}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--account", "444455556666", "--part", "trust", "--format", "cli"], "no such document"),
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


CHAIN = ["--model", "eu.amazon.nova-lite-v1:0", "--region", "eu-central-1"]
CHAIN += ["--as", "arn:aws:iam::111122223333:role/app"]
CHAIN += ["--role", "arn:aws:iam::777788889999:role/entry"]
CHAIN += ["--role", "arn:aws:iam::444455556666:role/gateway", "--external-id", "acme"]


def test_the_documents_of_one_step_of_a_chain(capsys: pytest.CaptureFixture[str]) -> None:
    """With ARNs given, --account chooses: permission and trust of the role in between."""
    assert run(["policy", *CHAIN, "--account", "777788889999", "--format", "terraform"]) == 0
    text = capsys.readouterr().out
    assert "arn:aws:iam::444455556666:role/gateway" in text
    assert 'variable = "sts:ExternalId"' in text
    assert "bedrock:InvokeModel" not in text
    assert run(["policy", *CHAIN, "--account", "123456789012"]) == 2
    assert "has no document of this way" in capsys.readouterr().err


def test_a_batch_job_without_names_keeps_those_of_its_role(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The caller is not known, the service role is."""
    way = ["--model", "eu.amazon.nova-lite-v1:0", "--region", "eu-central-1"]
    way += ["--account", "444455556666", "--operation", "batch"]
    way += ["--service-role", "arn:aws:iam::444455556666:role/jobs/batch", "--format", "json"]
    assert run(["policy", *way, "--query", "policies[].[part, holder]"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        ["role", None],
        ["service-trust", "arn:aws:iam::444455556666:role/jobs/batch"],
        ["service-role", "arn:aws:iam::444455556666:role/jobs/batch"],
        ["scp", None],
    ]
