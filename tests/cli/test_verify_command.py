"""`bedrock-doctor verify` as people call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_fix_command import GATEWAY, SNAPSHOT

from bedrock_doctor.cli.main import run

ROLES = "accounts/444455556666/iam/get-account-authorization-details.json"
FENCE = "organization/describe-policy/p-8f3k2q1m.json"


@pytest.fixture
def saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The plan of the example, as JSON in a file."""
    path = tmp_path / "plan.json"
    assert run([*GATEWAY, "--format", "json", "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def carried_out(saved: Path, tmp_path: Path) -> Path:
    """The snapshot as it is collected when both owners have done what the plan says."""
    new = tmp_path / "new"
    shutil.copytree(SNAPSHOT, new)
    plan = json.loads(saved.read_text(encoding="utf-8"))
    fence, role = (fix["after"] for fix in plan["fixes"] if fix["option"] == 1 and fix["after"])
    policy = json.loads((new / FENCE).read_text(encoding="utf-8"))
    policy["Policy"]["Content"] = fence
    (new / FENCE).write_text(json.dumps(policy), encoding="utf-8")
    details = json.loads((new / ROLES).read_text(encoding="utf-8"))
    inline(details, "bedrock-gateway")["PolicyDocument"] = json.loads(role)
    (new / ROLES).write_text(json.dumps(details), encoding="utf-8")
    return new


def inline(details: Any, role: str) -> Any:
    """The first inline policy of a role."""
    found = next(entry for entry in details["RoleDetailList"] if entry["RoleName"] == role)
    return found["RolePolicyList"][0]


def test_a_plan_that_was_carried_out(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fixed, and nothing else is different: also over everything else."""
    new = str(carried_out(saved, tmp_path))
    assert run(["verify", str(saved), "--snapshot", new]) == 0
    assert run(["verify", str(saved), "--snapshot", new, "--before", str(SNAPSHOT)]) == 0
    text = capsys.readouterr().out
    assert "fixed: every check allows" in text
    assert text.count("as planned") == 4


def test_nothing_was_done_yet(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The old snapshot is no new one."""
    assert run(["verify", str(saved), "--snapshot", str(SNAPSHOT), "--format", "json"]) == 1
    tree = json.loads(capsys.readouterr().out)
    assert not tree["fixed"]
    assert {entry["state"] for entry in tree["documents"]} == {"not changed yet"}


def test_more_was_opened_than_planned(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody took the fence away altogether: fixed, but not as planned."""
    new = carried_out(saved, tmp_path)
    policy = json.loads((new / FENCE).read_text(encoding="utf-8"))
    policy["Policy"]["Content"] = json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}],
    })  # fmt: skip
    (new / FENCE).write_text(json.dumps(policy), encoding="utf-8")
    assert run(["verify", str(saved), "--snapshot", str(new)]) == 1
    text = capsys.readouterr().out
    assert "changed otherwise" in text
    assert "not as planned" in text
    assert "opens " in text


def test_another_role_was_opened_as_well(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change that the plan knows nothing of shows against the older snapshot."""
    new = carried_out(saved, tmp_path)
    details = json.loads((new / ROLES).read_text(encoding="utf-8"))
    inline(details, "rag-inference")["PolicyDocument"] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}],
    }
    (new / ROLES).write_text(json.dumps(details), encoding="utf-8")
    assert run(["verify", str(saved), "--snapshot", str(new)]) == 0
    assert run(["verify", str(saved), "--snapshot", str(new), "--before", str(SNAPSHOT)]) == 1
    assert "rag-inference of 444455556666" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", '{"schema_version": "9"}', "\x00"])
def test_what_is_no_plan(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clear error, whatever is in the file."""
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    assert run(["verify", str(path), "--snapshot", str(SNAPSHOT)]) == 2
    assert "is no saved plan" in capsys.readouterr().err
