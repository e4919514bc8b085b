"""`merge`: the joined snapshot reads as the snapshots do (our choice, ADR 0025)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.cli.main import run
from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.collect.redacted_file import redacted_file
from bedrock_doctor.collect.redacted_text import without_accounts
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.snapshot import Snapshot
from tests.collect.worlds import MANAGEMENT, SOURCE, TARGET, policy, write_directory, write_zip

ROLE = "app-backend"
IDENTITY = {"Account": SOURCE, "Arn": f"arn:aws:iam::{SOURCE}:user/ann", "UserId": "A"}


def role(trust: dict[str, Any], account: str = SOURCE) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account}:role/{ROLE}"
    document = json.dumps(trust)
    return {"Role": {"RoleName": ROLE, "Arn": arn, "AssumeRolePolicyDocument": document}}


def manifest(account: str, **more: Any) -> dict[str, Any]:
    return {
        "schema": "bedrock-doctor/snapshot/1",
        "created": "2026-11-20T08:00:00Z",
        "accounts": {account: {"name": ""}},
        "missing": [],
        "redaction": "none",
        **more,
    }


def source(folder: Path) -> Path:
    trust = policy("sts:AssumeRole", principal=f"arn:aws:iam::{TARGET}:root")
    files = {
        "snapshot.json": manifest(SOURCE),
        f"accounts/{SOURCE}/iam/roles/{ROLE}/get-role.json": role(trust),
        f"accounts/{SOURCE}/sts/get-caller-identity.json": IDENTITY,
        "evidence/error.txt": f"User: arn:aws:iam::{SOURCE}:role/{ROLE} is not authorized",
        "notes.txt": "buy milk",
    }
    return write_directory(folder / "source", files)


def target(folder: Path) -> Path:
    trust = policy("sts:AssumeRole", principal=f"arn:aws:iam::{SOURCE}:role/app-*")
    files = {
        "snapshot.json": manifest(TARGET),
        f"accounts/{TARGET}/iam/roles/{ROLE}/get-role.json": role(trust, TARGET),
        "organization/describe-organization.json": {
            "Organization": {"Id": "o-abc123defg", "MasterAccountId": MANAGEMENT}
        },
        f"organization/list-parents/{TARGET}.json": {"Parents": [{"Id": "r-ab12"}]},
        "evidence/error.txt": "another text",
    }
    return write_zip(folder / "target.zip", files)


def bare(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, origins=(), evidence={}, ignored=())


@pytest.mark.parametrize("out", ["out", "out.zip"])
def test_the_result_reads_as_its_parts_do(tmp_path: Path, out: str) -> None:
    parts = [source(tmp_path), target(tmp_path)]
    merged = app.merge(parts, str(tmp_path / out))
    assert merged.accounts == (SOURCE, TARGET)
    assert merged.left_out == ("notes.txt",)
    joined = app.load_snapshot([tmp_path / out])
    assert bare(joined) == bare(app.load_snapshot(parts))
    assert joined.ignored == ()
    assert sorted(joined.evidence.values()) == [
        f"User: arn:aws:iam::{SOURCE}:role/{ROLE} is not authorized\n",
        "another text\n",
    ]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    parts = [source(tmp_path), target(tmp_path)]
    for name in ("a.zip", "b.zip"):
        app.merge(parts, str(tmp_path / name), "all")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_contradiction_is_told_now_and_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"accounts/{SOURCE}/iam/roles/{ROLE}/get-role.json"
    other = {"snapshot.json": manifest(SOURCE), name: role(policy("sts:TagSession"))}
    parts = [str(source(tmp_path)), str(write_directory(tmp_path / "other", other))]
    assert run(["merge", *parts, "-o", str(tmp_path / "out")]) == 0
    assert f"warning: {name}: the snapshots differ" in capsys.readouterr().err
    joined = app.load_snapshot([tmp_path / "out"])
    assert "merged snapshots differed" in joined.problems[0].message
    trust = joined.accounts[SOURCE].roles[ROLE].trust
    assert "sts:TagSession" in str(trust)


def test_pages_of_one_list_are_put_behind_each_other(tmp_path: Path) -> None:
    """The AWS CLI stops early with --max-items and leaves a token."""
    name = "organization/list-accounts.json"
    organization = {"Organization": {"Id": "o-abc123defg"}}
    first = {"Accounts": [{"Id": SOURCE, "Name": "one"}], "NextToken": "more"}
    parts = [
        write_directory(
            tmp_path / str(number),
            {"organization/describe-organization.json": organization, name: page},
        )
        for number, page in enumerate((first, {"Accounts": [{"Id": TARGET, "Name": "two"}]}))
    ]
    merged = app.merge(parts, str(tmp_path / "out"))
    assert merged.conflicts == ()
    [found] = app.load_snapshot([tmp_path / "out"]).organizations
    assert dict(found.members) == {SOURCE: "one", TARGET: "two"}
    assert found.members_complete


def test_two_people_with_one_key_agree_without_showing_each_other_anything(
    tmp_path: Path,
) -> None:
    """A trust policy of one account still names the role of the other."""
    for number, part in enumerate((source(tmp_path), target(tmp_path))):
        app.merge([part], str(tmp_path / f"shared-{number}.zip"), "all", "our phrase")
    shared = [tmp_path / f"shared-{number}.zip" for number in range(2)]
    app.merge(shared, str(tmp_path / "out"))
    pseudonyms = Pseudonyms(b"our phrase")
    account, name = pseudonyms.account(SOURCE), pseudonyms.name(ROLE)
    found = app.load_snapshot([tmp_path / "out"])
    assert name in found.accounts[account].roles
    trust = str(found.accounts[pseudonyms.account(TARGET)].roles[name].trust)
    assert f"arn:aws:iam::{account}:role/{pseudonyms.name('app')}-*" in trust
    assert found.redaction == "all"


def test_snapshots_redacted_apart_are_not_joined(tmp_path: Path) -> None:
    """One pseudonym would stand for two accounts, or two for one."""
    for number, part in enumerate((source(tmp_path), target(tmp_path))):
        app.merge([part], str(tmp_path / f"{number}.zip"), "accounts", f"key {number}")
    with pytest.raises(UsageError, match="redacted with different keys"):
        app.merge([tmp_path / "0.zip", tmp_path / "1.zip"], str(tmp_path / "out"))
    with pytest.raises(UsageError, match="redacted with different keys"):
        app.merge([tmp_path / "0.zip", target(tmp_path)], str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("level", ["accounts", "all"])
def test_nothing_that_was_to_be_hidden_is_left(tmp_path: Path, level: str) -> None:
    who = tmp_path / "who.json"
    parts = [source(tmp_path), target(tmp_path)]
    app.merge(parts, str(tmp_path / "out"), level, None, str(who))
    hidden = [SOURCE, TARGET, MANAGEMENT]
    hidden += ["backend", "ann", "abc123defg", "ab12", "milk"] if level == "all" else []
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    for path in files:
        told = f"{path.relative_to(tmp_path)} {path.read_text('utf-8')}"
        assert [word for word in hidden if word in told] == []
    assert SOURCE in json.loads(who.read_text("utf-8"))
    assert who.stat().st_mode & 0o077 == 0


def test_without_accounts_every_line_and_column_stays() -> None:
    text = f'{{\n  "a": "arn:aws:iam::{SOURCE}:role/x",\n  "id": "AROAABCDEFGHIJKLMNOP1"}}'
    found = without_accounts(text, Pseudonyms(b"k"))
    assert [len(line) for line in found.splitlines()] == [len(x) for x in text.splitlines()]
    assert SOURCE not in found
    assert "AROAABCD" not in found


@pytest.mark.parametrize(
    "principal", [f"arn:aws:iam::{SOURCE[:6]}*:root", f"arn:aws:iam::{SOURCE[:-1]}?:role/x"]
)
def test_a_pattern_for_part_of_an_account_id_is_not_redacted(principal: str) -> None:
    """No pseudonym can match it as the account did; a changed answer would be worse."""
    with pytest.raises(UsageError, match="would change what"):
        without_accounts(json.dumps(policy("*", principal=principal)), Pseudonyms(b"k"))


@pytest.mark.parametrize(("pattern", "fits"), [("app-*", True), ("app*", False), ("a?p", False)])
def test_patterns_must_match_what_they_matched(pattern: str, fits: bool) -> None:
    pseudonyms = Pseudonyms(b"k")
    pseudonyms.name("application-x")
    pseudonyms.name(pattern)
    if fits:
        pseudonyms.check_patterns()
        return
    with pytest.raises(UsageError, match="would change what"):
        pseudonyms.check_patterns()


def test_keys_that_stand_twice_are_kept_twice() -> None:
    """A malformed policy stays malformed."""
    text = '{"Sid": "one", "Sid": "two", "n": 1.0}'
    found = redacted_file(text, Pseudonyms(b"k"))
    assert found.count('"Sid"') == 2
    assert '"n": 1.0' in found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--redact-key", "k"], "nothing is redacted"),
        (["--pseudonyms", "who.json"], "nothing is redacted"),
    ],
)
def test_options_without_redaction_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run(["merge", str(source(tmp_path)), "-o", str(tmp_path / "out"), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_directory_in_use_is_left_alone(tmp_path: Path) -> None:
    part = source(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        app.merge([part], str(part))
    assert (part / "notes.txt").exists()
