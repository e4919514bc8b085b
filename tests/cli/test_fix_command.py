"""`bedrock-doctor fix` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import hcl2
import pytest
from cfnlint.api import lint_all

from bedrock_doctor.cli.main import run

SNAPSHOT = Path(__file__).parents[2] / "examples" / "acme" / "snapshot"
GATEWAY = [
    "fix",
    "--snapshot",
    str(SNAPSHOT),
    "--region",
    "eu-central-1",
    "--as",
    "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role",
    "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--model",
    "eu.anthropic.claude-sonnet-4-6",
]
GIVEN = ["--external-id", "acme-gateway-orders"]


def test_a_proved_plan_over_two_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    """The fence is opened for one profile, the role gets the one Region that it lacks."""
    assert run([*GATEWAY, *GIVEN, "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["proved"]
    assert tree["remaining"] == []
    owners = [(fix["owner_account"], fix["findings"]) for fix in tree["fixes"]]
    assert owners == [("999900001111", ["BD312"]), ("444455556666", ["BD404"])]
    fence = json.loads(tree["fixes"][0]["after"])["Statement"][0]
    profile = fence["Condition"]["ArnNotEquals"]["bedrock:InferenceProfileArn"]
    assert profile.endswith(":444455556666:inference-profile/eu.anthropic.claude-sonnet-4-6")


def test_what_no_policy_mends_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The external id is the caller's to send: its condition is never taken away."""
    assert run(GATEWAY) == 1
    text = capsys.readouterr().out
    assert text.startswith("not proved")
    assert "no policy change is offered for BD220" in text


def test_nothing_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    """An attempt that passes has no plan."""
    words = [*GATEWAY[:5], "--as", "arn:aws:iam::111122223333:role/rag-api", "--role"]
    words += ["arn:aws:iam::444455556666:role/rag-inference", "--model", "eu.amazon.nova-lite-v1:0"]
    assert run(words) == 0
    assert capsys.readouterr().out.startswith("nothing to mend")


def test_artifacts_of_one_owner(capsys: pytest.CaptureFixture[str]) -> None:
    """A template is for one account."""
    assert run([*GATEWAY, *GIVEN, "--format", "terraform"]) == 2
    capsys.readouterr()
    owner = ["--owner", "444455556666"]
    assert run([*GATEWAY, *GIVEN, *owner, "--format", "terraform"]) == 0
    assert hcl2.loads(capsys.readouterr().out)["resource"]
    assert run([*GATEWAY, *GIVEN, *owner, "--format", "cloudformation"]) == 0
    found = lint_all(capsys.readouterr().out)
    assert [match for match in found if not match.rule.id.startswith("I")] == []
    assert run([*GATEWAY, *GIVEN, "--format", "cli"]) == 0
    text = capsys.readouterr().out
    assert "aws organizations update-policy --policy-id p-8f3k2q1m" in text
    assert "aws iam put-role-policy --role-name bedrock-gateway" in text


def test_a_message_for_each_owner(capsys: pytest.CaptureFixture[str]) -> None:
    """Cause, exact change, what it opens, who else is asked, how to verify."""
    assert run([*GATEWAY, *GIVEN, "--format", "message"]) == 0
    fence, role = capsys.readouterr().out.split("To the administrators of account ")[1:]
    assert fence.startswith("999900001111")
    assert "- BD312: " in fence
    assert '+          "bedrock:InferenceProfileArn"' in fence
    assert "The plan also needs changes of account 444455556666" in fence
    assert "nothing beyond the attempt" in role


def test_one_owner_is_told_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """A part of a plan is not called enough."""
    assert run([*GATEWAY, *GIVEN, "--owner", "444455556666"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("proved: with all changes below and those of account 999900001111")
