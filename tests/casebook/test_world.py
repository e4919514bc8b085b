"""The worlds of the casebook hold what their pages say."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from .page import Case
from .test_casebook import CASES
from .world import WorldError, apply_edit, build_world, merge_patch, put_document, read_edits

BROKEN_ON_PURPOSE = "broken-files"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_world_can_be_built_and_holds_json(case: Case, tmp_path: Path) -> None:
    """A slip in a page must not look like a case about broken files (our choice)."""
    build_world(case.worlds, tmp_path)
    if (tmp_path / "snapshot.zip").exists():
        zipfile.ZipFile(tmp_path / "snapshot.zip").testzip()
        return
    bad = [file.name for file in (tmp_path / "snapshot").rglob("*.json") if not _is_json(file)]
    assert (len(bad) > 0) == (case.page.stem == BROKEN_ON_PURPOSE), bad


def _is_json(file: Path) -> bool:
    data = file.read_bytes()
    text = data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8")
    try:
        value = json.loads(text)
    except ValueError:
        return False
    policy = value.get("Policy", {}) if isinstance(value, dict) else {}
    if isinstance(policy, str):
        json.loads(policy)
    elif isinstance(policy.get("Content"), str):
        json.loads(policy["Content"])
    return True


def test_edits_are_read_in_order() -> None:
    """Later edits see what earlier ones did (our choice)."""
    text = '--- a/b.json\n{"x": 1}\n--- patch a/b.json\n{"x": 2}\n--- delete c d.json\n--- zip\n'
    assert read_edits(text) == [
        ("write", "a/b.json", '{"x": 1}\n'),
        ("patch", "a/b.json", '{"x": 2}\n'),
        ("delete", "c d.json", ""),
        ("zip", "", ""),
    ]


def test_text_before_the_first_edit_is_refused() -> None:
    """A forgotten edit line would otherwise lose its text (our choice)."""
    with pytest.raises(WorldError, match="begins with an edit"):
        read_edits('{"x": 1}\n')


@pytest.mark.parametrize("verb", ["delete", "patch", "document", "utf-16"])
def test_editing_a_missing_file_is_refused(verb: str, tmp_path: Path) -> None:
    """An edit of a mistyped path would leave the world as it was (our choice)."""
    (tmp_path / "snapshot").mkdir()
    with pytest.raises(WorldError, match="not in the base"):
        apply_edit(tmp_path, verb, "accounts/x.json", "{}")


@pytest.mark.parametrize(
    ("value", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": ["c", "d"]}, {"a": ["c", "d"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        (["a"], {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_merge_patches_follow_the_standard(value: object, patch: object, merged: object) -> None:
    """From the examples of https://www.rfc-editor.org/rfc/rfc7386#appendix-A."""
    assert merged == merge_patch(value, patch)


def test_a_document_keeps_the_lines_of_the_page() -> None:
    """Reports underline policy text, so its layout matters (our choice)."""
    file = {"RoleName": "r", "PolicyDocument": {}}
    text = '{\n  "Action": ["a", "b"]\n}\n'
    expected = (
        '{\n    "RoleName": "r",\n    "PolicyDocument": {\n      "Action": ["a", "b"]\n    }\n}\n'
    )
    assert expected == put_document(file, "", text)


def test_a_document_held_as_a_string_stays_one() -> None:
    """Organizations and EC2 print policies as strings (AWS-documented)."""
    file = {"Policy": {"PolicySummary": {}, "Content": "{}"}}
    written = json.loads(put_document(file, "", '{\n  "Statement": []\n}\n'))
    assert written["Policy"]["Content"] == '{\n  "Statement": []\n}'


def test_a_pointer_chooses_among_documents() -> None:
    """A list of endpoints holds a policy each (AWS-documented)."""
    file = {"VpcEndpoints": [{"PolicyDocument": "1"}, {"PolicyDocument": "2"}]}
    written = json.loads(put_document(file, "/VpcEndpoints/1/PolicyDocument", "3"))
    assert [end["PolicyDocument"] for end in written["VpcEndpoints"]] == ["1", "3"]
    with pytest.raises(WorldError, match="exactly one policy"):
        put_document(file, "", "3")


def test_powershell_files_carry_a_mark_and_crlf(tmp_path: Path) -> None:
    """Windows PowerShell 5 redirects to UTF-16 little endian (observed)."""
    (tmp_path / "snapshot").mkdir()
    file = tmp_path / "snapshot" / "a.json"
    file.write_text('{"a": "é"}\n', encoding="utf-8")
    apply_edit(tmp_path, "utf-16", "a.json", "")
    assert file.read_bytes() == b"\xff\xfe" + '{"a": "é"}\r\n'.encode("utf-16-le")


def test_a_kept_snapshot_is_not_touched_by_later_edits(tmp_path: Path) -> None:
    """Two snapshots of one organization differ in what stands between them (our choice)."""
    edits = "--- keep before\n--- delete organization/list-roots.json\n"
    build_world((("whole-organization", edits),), tmp_path)
    assert (tmp_path / "before/organization/list-roots.json").is_file()
    assert not (tmp_path / "snapshot/organization/list-roots.json").exists()
