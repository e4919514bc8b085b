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
    """The fence spares one role in one profile, the role gets the one Region that it lacks."""
    assert run([*GATEWAY, *GIVEN, "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["proved"]
    assert tree["remaining"] == []
    first = [fix for fix in tree["fixes"] if fix["option"] == 1]
    owners = [(fix["owner_account"], fix["findings"]) for fix in first]
    assert owners == [("999900001111", ["BD312"]), ("444455556666", ["BD404"])]
    fence, rest = json.loads(first[0]["after"])["Statement"][:2]
    spared = fence["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert spared == rest["Condition"]["ArnEquals"]["aws:PrincipalArn"] == GATEWAY[8]
    profile = rest["Condition"]["ArnNotEquals"]["bedrock:InferenceProfileArn"]
    assert profile.endswith(":444455556666:inference-profile/eu.anthropic.claude-sonnet-4-6")


def test_the_plan_that_opens_least_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """What each opens is counted over the whole organization and the whole catalog."""
    assert run([*GATEWAY, *GIVEN, "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    opened = [sum(c["decisions"] for c in plan["radius"]["opened"]) for plan in tree["plans"]]
    assert opened == sorted(opened)
    assert opened[0] < opened[-1]
    assert tree["plans"][0]["radius"]["decisions"] > 1_000_000
    wide = next(fix for fix in tree["fixes"] if fix["option"] == len(opened))
    assert any("4 roles of 444455556666" in text for text in wide["also_opens"])


def test_the_caller_passes_the_external_id(capsys: pytest.CaptureFixture[str]) -> None:
    """Its condition is never taken away: the plan changes the call, and diagnoses it again."""
    assert run(GATEWAY) == 0
    text = capsys.readouterr().out
    assert text.startswith("proved")
    assert "--external-id acme-gateway-orders" in text
    assert "diagnosed again with this change: BD220 is gone" in text


def test_one_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """Only its fixes; a finding of another attempt is a mistake."""
    assert run([*GATEWAY, "BD404"]) == 0
    text = capsys.readouterr().out
    assert "mends: BD404" in text
    assert "mends: BD312" not in text
    assert run([*GATEWAY, "BD401"]) == 2
    assert "it has: BD220, BD312, BD404" in capsys.readouterr().err


def test_options(capsys: pytest.CaptureFixture[str]) -> None:
    """Plans of the same size; one that does not exist is a mistake."""
    assert run([*GATEWAY, *GIVEN, "--option", "3"]) == 0
    assert "exempt calls through eu.anthropic.claude-sonnet-4-6" in capsys.readouterr().out
    assert run([*GATEWAY, *GIVEN, "--option", "9"]) == 2


def test_a_file_for_each_owner_and_form(tmp_path: Path) -> None:
    """Accounts without a policy to change get no template."""
    assert run([*GATEWAY, "-o", f"{tmp_path}/"]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 14
    assert "plan.json" in names
    assert "111122223333.tf" not in names
    assert hcl2.loads((tmp_path / "999900001111.tf").read_text(encoding="utf-8"))["resource"]


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
    fence, role = capsys.readouterr().out.split("To the administrator of ")[1:]
    assert fence.startswith("organization policies, account 999900001111")
    assert fence.index("What else this opens:") < fence.index("Please change:")
    assert "- BD312: " in fence
    assert '+          "bedrock:InferenceProfileArn"' in fence
    assert "The plan also needs changes of account 444455556666" in fence
    assert "nothing beyond the attempt" in role
