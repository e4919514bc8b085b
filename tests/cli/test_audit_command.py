"""`audit`: the whole picture and single questions about the example organization."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor import processes
from bedrock_doctor.cli.main import run

ACME = "examples/acme/snapshot"
LITE = "eu.amazon.nova-lite-v1:0"
SHOP, PLATFORM = "arn:aws:iam::111122223333", "arn:aws:iam::444455556666"


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    """What a command prints, with the exit code that it must have."""
    assert run(["audit", *words]) == code, capsys.readouterr()
    return capsys.readouterr().out


def tree(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, *words, "--format", "json", code=code))
    return found


def test_the_whole_picture_says_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    """One unit's SCPs are missing in the example, so the answer is 3 and names the command."""
    text = told(capsys, "--snapshot", ACME, code=3)
    assert "acme-ai-platform (444455556666): 10 roles and users" in text
    assert "SCP of 999900001111" in text
    assert "list-policies-for-target --target-id\n    ou-f7q2-q8w7e6r5" in text
    assert "members of the organization that are not held: 333344445555" in text
    found = tree(capsys, "--snapshot", ACME, code=3)
    answers = sum(
        len(entry["principals"])
        * sum(last - first + 1 for first, last in found["route_sets"][entry["routes"]])
        for entry in found["classes"]
    )
    held = sum(principal["type"] in ("role", "user") for principal in found["principals"])
    assert answers == held * len(found["routes"]) * len(found["actions"])


def test_one_account_can_be_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """All are audited, so that chains through the others count."""
    text = told(capsys, "--snapshot", ACME, "--account", "111122223333", code=3)
    assert "acme-shop-prod" in text
    assert "acme-ai-platform (" not in text
    assert run(["audit", "--snapshot", ACME, "--account", "123456789012"]) == 2


def test_who_can_names_ways_over_roles(capsys: pytest.CaptureFixture[str]) -> None:
    """Services that start a role reach what it reaches. The partner that a trust policy names is
    kept out by an RCP, and an ExternalId leaves a step open."""
    found = tree(capsys, "who-can", "--snapshot", ACME, "--model", LITE, code=3)
    ways = {
        (way["principal"]["arn"], way["over"][-1].rpartition("/")[2] if way["over"] else "")
        for way in found["ways"]
        if way["access"] == "allowed"
    }
    assert (f"{SHOP}:role/rag-api", "rag-inference") in ways
    assert (f"{PLATFORM}:role/rag-inference", "") in ways
    assert ("ecs-tasks.amazonaws.com", "rag-inference") in ways
    assert ("arn:aws:iam::999900001111:root", "OrganizationAccountAccessRole") in ways
    assert not any("555566667777" in way["principal"]["arn"] for way in found["ways"])
    orders = f"{SHOP}:role/service/checkout/orders-api"
    roles = tree(capsys, "what-can", "--snapshot", ACME, "--as", orders, code=0)["roles"]
    assert [role["access"] for role in roles] == ["unknown"]
    assert roles[0]["settle"][0]["key"] == "sts:ExternalId"


def test_what_can_is_certain_where_nothing_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing elsewhere does not make this answer open."""
    text = told(capsys, "what-can", "--snapshot", ACME, "--as", f"{SHOP}:role/rag-api", code=0)
    assert "over rag-inference of 444455556666\n      eu.amazon.nova-lite-v1:0 in" in text
    assert "settle" not in text
    session = "arn:aws:sts::111122223333:assumed-role/rag-api/build-7"
    other = told(capsys, "what-can", "--snapshot", ACME, "--as", session, code=0)
    assert other == text
    nothing = f"{SHOP}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    text = told(capsys, "what-can", "--snapshot", ACME, "--as", nothing, code=0)
    assert "can call nothing" in text


def test_starting_batch_jobs_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """The SCP of the account denies InvokeModel alone; who may start a batch job calls nothing."""
    admin = f"{SHOP}:role/OrganizationAccountAccessRole"
    text = told(capsys, "what-can", "--snapshot", ACME, "--as", admin, code=0)
    assert "can call nothing, neither itself nor over roles" in text
    assert "itself\n      bedrock:CreateModelInvocationJob: 127 models" in text
    assert "\ncan call\n" not in text


def test_why_not_is_the_diagnosis_with_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The way on which the principal comes furthest: over the gateway, which is half-blocked."""
    words = ["why-not", "--snapshot", ACME, "--as", f"{SHOP}:role/service/checkout/orders-api"]
    words += ["--model", "anthropic.claude-sonnet-4-6", "--region", "eu-central-1"]
    text = told(capsys, *words, code=0)
    assert text.startswith("half-blocked, over roles, depending on sts:ExternalId. ")
    assert f"--role {PLATFORM}:role/platform/bedrock-gateway" in text
    assert "error[BD312]" in text
    found = tree(capsys, *words, code=0)
    assert found["report"]["verdict"] == "deny"
    assert found["command"].startswith("bedrock-doctor diagnose --snapshot")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["audit"], "no snapshot to audit"),
        (["audit", "--snapshot", ACME, "--query", "limits"], "--query works on JSON only"),
        (["audit", "--snapshot", ACME, "--model", "amazon.nova-light-v1:0"], "did you mean"),
        (["audit", "--snapshot", ACME, "--region", "eu-centrall-1"], "did you mean"),
        (["audit", "--snapshot", ACME, "who-can", "--model", LITE], "options stand behind"),
        (["audit", "what-can", "--snapshot", ACME, "--as", "nobody"], "no principal `nobody`"),
        (["audit", "what-can", "--snapshot", ACME, "--as", f"{SHOP}:role/rag-ap"], "did you mean"),
        (["audit", "who-can", "--snapshot", ACME], "--model"),
        (["audit", "--snapshot", ACME, "--depth", "0"], "--depth"),
    ],
)
def test_bad_questions_are_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, with what to do."""
    assert run(words) == 2
    assert message in capsys.readouterr().err


def test_redaction_hides_accounts_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    """In all forms and questions; models and Regions stay."""
    for words in (["--snapshot", ACME], ["who-can", "--snapshot", ACME, "--model", LITE]):
        for form in ("text", "json"):
            text = told(capsys, *words, "--redact", "all", "--format", form, code=3)
            assert "1111222233" not in text
            assert "rag-inference" not in text
            assert "nova-lite" in text


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The example where policies of a role with another name cannot be read any more."""
    copy = tmp_path / "broken"
    shutil.copytree(ACME, copy)
    file = copy / "accounts" / "444455556666" / "iam" / "get-account-authorization-details.json"
    text = file.read_text().replace("rag-inference", "hush-hush")
    details = json.loads(text)
    (role,) = [one for one in details["RoleDetailList"] if one["RoleName"] == "hush-hush"]
    role["AssumeRolePolicyDocument"]["Statement"] = 5
    role["RolePolicyList"] = [{"PolicyName": "HushProject", "PolicyDocument": {"Statement": 5}}]
    file.write_text(json.dumps(details))
    return copy


@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_names_in_what_a_change_depends_on_are_hidden(
    form: str, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The names of roles and policies stand alone there."""
    words = ("--snapshot", str(broken), "--diff", ACME, "--format", form)
    assert "HushProject" in told(capsys, *words, code=3)
    text = told(capsys, *words, "--redact", "all", code=3)
    assert "malformed" in text
    assert "hush" not in text.lower().replace("broken", "")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", ["accounts", "all"])
def test_why_not_hides_what_its_way_depends_on(
    level: str, form: str, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trust policies are named on ways over roles."""
    caller = f"{SHOP}:role/service/checkout/orders-api"
    words = ("why-not", "--snapshot", str(broken), "--as", caller, "--model", LITE)
    run(["audit", *words, "--redact", level, "--format", form])
    text = capsys.readouterr().out
    assert text
    assert "4444555566" not in text
    assert level == "accounts" or "hush" not in text.lower()


def test_a_missing_account_leaves_no_certain_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the platform's account nobody is found, and the answer says what it does not hold."""
    shutil.copytree(ACME, tmp_path / "part")
    shutil.rmtree(tmp_path / "part" / "accounts" / "444455556666")
    text = told(capsys, "who-can", "--snapshot", str(tmp_path / "part"), "--model", LITE, code=3)
    assert "nobody can call eu.amazon.nova-lite-v1:0 for certain" in text
    assert "444455556666" in text.partition("Limits:")[2]


def test_interruption_keeps_what_was_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C after the first batch: its accounts are told, the others are named, exit code 130."""
    monkeypatch.setattr("bedrock_doctor.audit.auditing.BATCH", 1)
    whole = processes.in_order

    def stopped(*given: Any) -> Any:
        pieces = whole(*given)
        yield next(pieces)
        yield next(pieces)
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "in_order", stopped)
    text = told(capsys, "--snapshot", ACME, "--jobs", "1", code=130)
    audited, left = text.partition("interrupted: 2 accounts not audited: ")[::2]
    names = {"111122223333", "222233334444", "444455556666", "999900001111"}
    done = {name for name in names if f"({name}): " in audited}
    assert len(done) == 2
    assert names - done == {name for name in names if name in left.partition("\n")[0]}


def test_accounts_whose_roles_were_not_collected_leave_answers_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is said to reach a model for certain, and nobody is said not to: the answer is 3."""
    shutil.copytree(ACME, tmp_path / "snapshot")
    for account in (tmp_path / "snapshot" / "accounts").iterdir():
        shutil.rmtree(account / "iam", ignore_errors=True)
    held = str(tmp_path / "snapshot")

    told(capsys, "--snapshot", held, code=3)
    told(capsys, "--snapshot", held, "--format", "csv", code=3)
    told(capsys, "who-can", "--snapshot", held, "--model", LITE, code=3)
    told(capsys, "surprises", "--snapshot", held, code=3)


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its roles are missing, which is not the same as that there are none."""
    shutil.copytree(ACME, tmp_path / "snapshot")
    name = "accounts/444455556666/iam/get-account-authorization-details.json"
    (tmp_path / "snapshot" / name).write_text("not JSON", encoding="utf-8")

    text = told(capsys, "--snapshot", str(tmp_path / "snapshot"), code=3)
    assert f"files of the snapshot that could not be read: 1, for example {name}" in " ".join(
        text.split()
    )
