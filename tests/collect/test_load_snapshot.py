"""Whole snapshots: directory and zip, several at once, evidence, files that cannot be read."""

from __future__ import annotations

import codecs
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.collect import load_snapshot as module
from bedrock_doctor.collect import reading
from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.missing import Absence
from bedrock_doctor.model.snapshot import Snapshot
from tests.collect.worlds import (
    MANIFEST,
    REGION,
    SOURCE,
    TARGET,
    WORLD,
    content,
    details,
    load,
    role,
    write_directory,
    write_zip,
)

DETAILS = f"accounts/{TARGET}/iam/get-account-authorization-details.json"
RETENTION = f"accounts/{TARGET}/bedrock/{REGION}/get-account-data-retention.json"


def merged(root: Path, *worlds: dict[str, Any]) -> Snapshot:
    """Several snapshots, loaded together."""
    return load_snapshot(
        [write_directory(root / str(number), files) for number, files in enumerate(worlds)]
    )


def test_the_world_of_these_tests_is_read_without_a_problem(tmp_path: Path) -> None:
    """Our choice: every file of the contract is understood."""
    snapshot = load(tmp_path, WORLD)
    assert (snapshot.problems, snapshot.ignored) == ((), ())


def test_directory_and_zip_give_equal_snapshots(tmp_path: Path) -> None:
    """CONTRACTS: a snapshot is a directory or a zip of it."""
    places = [
        write_directory(tmp_path / "d", WORLD),
        write_zip(tmp_path / "s.zip", WORLD),
        write_zip(tmp_path / "wrapped.zip", WORLD, "acme/"),
    ]
    first, *others = (replace(load_snapshot([place]), origins=()) for place in places)
    assert others == [first, first]


@pytest.mark.parametrize(
    "encode",
    [
        lambda data: codecs.BOM_UTF16_LE + data.decode().encode("utf-16-le"),
        lambda data: codecs.BOM_UTF8 + data,
        lambda data: data.replace(b"\n", b"\r\n"),
    ],
    ids=["PowerShell", "UTF-8 mark", "Windows line ends"],
)
def test_the_encoding_of_files_makes_no_difference(tmp_path: Path, encode: Any) -> None:
    """Observed: what shells on Windows write; positions stay the same."""
    plain = load_snapshot([write_directory(tmp_path / "1", WORLD)])
    other = load_snapshot(
        [write_directory(tmp_path / "2", {n: encode(content(v)) for n, v in WORLD.items()})]
    )
    assert (other.problems, other.organizations[0].id) == ((), plain.organizations[0].id)
    for account in plain.accounts.values():
        for name, entity in account.roles.items():
            again = other.accounts[account.id].roles[name]
            assert [p.ref for p in entity.policies] == [p.ref for p in again.policies]
            assert entity.trust.source.origin == again.trust.source.origin
            assert entity.trust.source.text == again.trust.source.text.replace("\r\n", "\n")


def test_snapshots_of_several_accounts_are_joined(tmp_path: Path) -> None:
    """CONTRACTS: --snapshot is repeatable."""
    snapshot = merged(
        tmp_path,
        {"snapshot.json": {**MANIFEST, "created": "2026-11-01T00:00:00Z"}, DETAILS: details()},
        {
            "snapshot.json": {
                **MANIFEST,
                "created": "2026-11-02T00:00:00Z",
                "redaction": "accounts",
            },
            DETAILS.replace(TARGET, SOURCE): details(),
        },
    )
    assert [snapshot.accounts[key].iam_complete for key in (SOURCE, TARGET)] == [True, True]
    assert (snapshot.created, snapshot.redaction) == ("2026-11-02T00:00:00Z", "accounts")
    assert snapshot.origins == (str(tmp_path / "0"), str(tmp_path / "1"))
    assert snapshot.problems == ()


@pytest.mark.parametrize("value", [{"mode": "default"}, ' {"mode":"default"}'])
def test_the_same_file_twice_is_no_conflict(tmp_path: Path, value: Any) -> None:
    """Our choice: formatting is no difference."""
    snapshot = merged(tmp_path, {RETENTION: {"mode": "default"}}, {RETENTION: value})
    assert snapshot.accounts[TARGET].bedrock[REGION].data_retention == "default"
    assert snapshot.problems == ()


def test_the_snapshot_given_last_counts(tmp_path: Path) -> None:
    """Our choice: a conflict is decided by order, and said."""
    snapshot = merged(tmp_path, {RETENTION: {"mode": "default"}}, {RETENTION: {"mode": "none"}})
    assert snapshot.accounts[TARGET].bedrock[REGION].data_retention == "none"
    assert [(p.path, p.message) for p in snapshot.problems] == [
        (RETENTION, "snapshots differ in this file; the one given last is used")
    ]


def test_lists_that_differ_are_not_mixed(tmp_path: Path) -> None:
    """Our choice: two complete lists are of two times; a role deleted since must not come back."""
    snapshot = merged(
        tmp_path,
        {DETAILS: details(RoleDetailList=[role("Old"), role("Kept")])},
        {DETAILS: details(RoleDetailList=[role("Kept")])},
    )
    assert list(snapshot.accounts[TARGET].roles) == ["Kept"]
    assert len(snapshot.problems) == 1


@pytest.mark.parametrize("limit", [8 << 20, 3])
def test_files_that_are_not_compared_count_as_different(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """Our choice: large files and files of several pages are compared byte by byte only."""
    monkeypatch.setattr(reading, "_COMPARED_IN_FULL", limit)
    page = content(details(RoleDetailList=[role("A")]))
    snapshot = merged(tmp_path, {DETAILS: page + content(details())}, {DETAILS: page})
    assert len(snapshot.problems) == 1


def test_a_closed_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our choice: a folder that cannot be listed is not an empty one."""
    root = write_directory(tmp_path, {"snapshot.json": MANIFEST, DETAILS: details()})
    listed = os.scandir

    def scandir(path: Path) -> Any:
        if Path(path).name == "iam":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (problem,) = load_snapshot([root]).problems
    assert (problem.path, problem.message) == (f"accounts/{TARGET}/iam", "permission denied")


def test_pages_in_several_snapshots_are_merged(tmp_path: Path) -> None:
    """Our choice: a marker left behind says that they belong together."""
    first = {**details(RoleDetailList=[role("A")]), "IsTruncated": True, "Marker": "x"}
    second = details(RoleDetailList=[role("B")])
    account = merged(tmp_path, {DETAILS: first}, {DETAILS: second}).accounts[TARGET]
    assert (list(account.roles), account.iam_complete) == (["A", "B"], True)


def test_a_broken_copy_does_not_hide_a_good_one(tmp_path: Path) -> None:
    """Our choice: what one snapshot tells is known, whatever is broken in another."""
    snapshot = merged(tmp_path, {RETENTION: {"mode": "none"}}, {RETENTION: "{"})
    assert snapshot.accounts[TARGET].bedrock[REGION].data_retention == "none"
    assert [p.path for p in snapshot.problems] == [RETENTION]


def test_evidence_is_kept_as_it_is(tmp_path: Path) -> None:
    """CONTRACTS: error texts and events stand in evidence/."""
    snapshot = load(
        tmp_path,
        {
            "evidence/error.txt": "AccessDenied\r\n",
            "evidence/events/a.json": '{"eventName": "AssumeRole"}',
            "evidence/utf16.txt": codecs.BOM_UTF16_LE + "é".encode("utf-16-le"),
            "evidence/bad.txt": b"\xff\xff\xff",
        },
    )
    assert snapshot.evidence == {
        "evidence/error.txt": "AccessDenied\r\n\n",
        "evidence/events/a.json": '{"eventName": "AssumeRole"}\n',
        "evidence/utf16.txt": "é",
    }
    assert [(p.path, p.makes_unknown) for p in snapshot.problems] == [
        ("evidence/bad.txt", "what this piece of evidence says")
    ]


def test_evidence_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our choice: logs of any size are for `scan`."""
    monkeypatch.setattr(module, "_EVIDENCE_LIMIT", 10)
    snapshot = load(tmp_path, {"evidence/log.txt": b"x" * 11})
    assert (snapshot.evidence, len(snapshot.problems)) == ({}, 1)


def test_a_file_that_cannot_be_read_is_unreadable(tmp_path: Path) -> None:
    """Our choice: a damaged zip entry costs only what it would have told."""
    path = write_zip(tmp_path / "s.zip", {"snapshot.json": MANIFEST, DETAILS: details()})
    data = bytearray(path.read_bytes())
    at = data.index(DETAILS.encode()) + len(DETAILS) + 2
    data[at] ^= 0xFF
    path.write_bytes(data)
    snapshot = load_snapshot([path])
    assert [m.absence for m in snapshot.accounts[TARGET].missing] == [Absence.UNREADABLE]
    assert [(p.path, p.message) for p in snapshot.problems] == [
        (DETAILS, "its zip entry is damaged")
    ]


def test_two_outputs_where_one_belongs_are_malformed(tmp_path: Path) -> None:
    """Our choice: nobody can say which of them is meant."""
    snapshot = load(tmp_path, {RETENTION: '{"mode": "none"}\n{"mode": "default"}'})
    (problem,) = snapshot.problems
    assert problem.message == "the file holds 2 outputs"
    assert problem.position is not None
    assert problem.position.line == 2


def test_no_snapshot_is_an_empty_snapshot() -> None:
    """Our choice: without snapshots nothing is known."""
    assert load_snapshot([]) == Snapshot()


def test_a_folder_that_is_no_snapshot_is_a_usage_error(tmp_path: Path) -> None:
    """CONTRACTS: usage errors end with exit code 2."""
    with pytest.raises(UsageError, match="holds no snapshot"):
        load_snapshot([tmp_path])
