"""Snapshot zips: what is read, and what is refused."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from bedrock_doctor.collect.snapshot_files import FileUnreadable, Limits, open_snapshot
from bedrock_doctor.errors import BadInput, UnsafeSnapshot, UsageError


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """A zip of the given entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """An entry with a POSIX file mode."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


MANIFEST = ("snapshot.json", b"{}")


def test_entries_are_read_by_name(tmp_path: Path) -> None:
    """CONTRACTS: a snapshot is a directory or a zip of it."""
    path = packed(tmp_path / "s.zip", MANIFEST, ("accounts/", b""), ("accounts/1/x.json", b"[1]"))
    files = open_snapshot(path)
    assert files.names == ("accounts/1/x.json", "snapshot.json")
    assert files.read("accounts/1/x.json") == b"[1]"


@pytest.mark.parametrize(
    "names",
    [
        ["acme/snapshot.json", "acme/accounts/1/x.json"],
        ["acme/", "acme/accounts/1/x.json"],
    ],
)
def test_one_folder_around_the_whole_is_looked_through(tmp_path: Path, names: list[str]) -> None:
    """Observed: file managers put the packed folder itself into the zip."""
    path = packed(tmp_path / "s.zip", *((name, b"{}") for name in names))
    assert "accounts/1/x.json" in open_snapshot(path).names


@pytest.mark.parametrize(
    "names",
    [
        ["a/snapshot.json", "b/accounts/1/x.json"],
        ["a/b/snapshot.json"],
        ["a/x.json", "readme.md"],
        ["readme.md"],
        [],
    ],
)
def test_a_zip_without_a_snapshot_says_so(tmp_path: Path, names: list[str]) -> None:
    """CONTRACTS: snapshot.json, accounts/ or organization/ stand at the top."""
    path = packed(tmp_path / "s.zip", *((name, b"{}") for name in names))
    with pytest.raises(UsageError, match="holds no snapshot"):
        open_snapshot(path)


def test_backslashes_of_windows_tools_part_folders(tmp_path: Path) -> None:
    """Observed: .NET before 4.6.1 wrote backslashes into zips."""
    path = packed(tmp_path / "s.zip", ("accounts\\1\\x.json", b"1"), (".\\snapshot.json", b"{}"))
    assert open_snapshot(path).names == ("accounts/1/x.json", "snapshot.json")


@pytest.mark.parametrize(
    "name",
    [
        "../x.json",
        "accounts/../../x.json",
        "/etc/passwd",
        "C:/x.json",
        "C:\\x.json",
        "..\\x.json",
        "\\\\server\\share\\x.json",
    ],
)
def test_names_that_point_outside_are_refused(tmp_path: Path, name: str) -> None:
    """Our choice: such an entry has no honest purpose, so the whole zip is refused."""
    path = packed(tmp_path / "s.zip", MANIFEST, (name, b"1"))
    with pytest.raises(UnsafeSnapshot, match="points outside the snapshot"):
        open_snapshot(path)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (stat.S_IFLNK | 0o777, "is a symbolic link"),
        (stat.S_IFIFO | 0o644, "is neither a file nor a folder"),
        (stat.S_IFCHR | 0o644, "is neither a file nor a folder"),
    ],
)
def test_links_and_devices_are_refused(tmp_path: Path, mode: int, message: str) -> None:
    """Our choice: a zip holds plain files only."""
    path = packed(tmp_path / "s.zip", MANIFEST, (special("accounts/x", mode), b"/etc/passwd"))
    with pytest.raises(UnsafeSnapshot, match=message):
        open_snapshot(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["accounts/x.json", "accounts\\x.json", "accounts//x.json"])
def test_two_entries_of_one_name_are_refused(tmp_path: Path, other: str) -> None:
    """Our choice: nobody can say which of them is meant."""
    path = packed(tmp_path / "s.zip", ("accounts/x.json", b"1"), (other, b"2"))
    with pytest.raises(UnsafeSnapshot, match=r"two entries named `accounts/x.json`"):
        open_snapshot(path)


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    """Our choice: we ask for no passwords."""
    path = packed(tmp_path / "s.zip", MANIFEST)
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + flags
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    with pytest.raises(UnsafeSnapshot, match=r"`snapshot.json` is encrypted"):
        open_snapshot(path)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(entries=1), "more than 1 files"),
        (Limits(total=1000), "more than 1000 bytes"),
        (Limits(depth=2), "more than 2 folders deep"),
        (Limits(ratio=10, ratio_from=1000), "more than 10 times"),
    ],
)
def test_zip_bombs_are_refused_before_they_are_unpacked(
    tmp_path: Path, limits: Limits, message: str
) -> None:
    """Our choice: the limits hold for what the zip declares, without reading any content."""
    path = packed(tmp_path / "s.zip", MANIFEST, ("accounts/1/x.json", b"0" * 5000))
    with pytest.raises(UnsafeSnapshot, match=message):
        open_snapshot(path, limits)


def test_entries_that_share_their_bytes_count_each(tmp_path: Path) -> None:
    """Observed: bombs without nesting let many entries overlap (bamsoftware.com/hacks/zipbomb)."""
    path = packed(tmp_path / "s.zip", MANIFEST, *((f"accounts/{n}", b"0" * 300) for n in range(9)))
    with pytest.raises(UnsafeSnapshot, match="unpacks to more than 2 times"):
        open_snapshot(path, Limits(ratio=2, ratio_from=1000))


def test_no_more_is_unpacked_than_an_entry_declares(tmp_path: Path) -> None:
    """Our choice: an entry that lies about its size costs nothing and is damaged."""
    name = "accounts/x.json"
    path = packed(tmp_path / "s.zip", (name, b"0" * (50 << 20)))
    data = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + place
        data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    files = open_snapshot(path)
    tracemalloc.start()
    with pytest.raises(FileUnreadable):
        files.read(name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(tmp_path: Path, method: int) -> None:
    """Our choice: zipfile bounds what it unpacks for deflate only."""
    with zipfile.ZipFile(tmp_path / "s.zip", "w", method) as archive:
        archive.writestr("snapshot.json", "{}")
    with pytest.raises(UnsafeSnapshot, match="unusual method"):
        open_snapshot(tmp_path / "s.zip")


def test_a_damaged_entry_is_unreadable(tmp_path: Path) -> None:
    """Our choice: one damaged file is no reason to stop."""
    path = packed(tmp_path / "s.zip", ("accounts/x.json", b"1234567890" * 9))
    data = bytearray(path.read_bytes())
    data[30 + len("accounts/x.json") + 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(FileUnreadable, match="damaged"):
        open_snapshot(path).read("accounts/x.json")


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04"])
def test_a_file_that_is_no_zip_is_bad_input(tmp_path: Path, data: bytes) -> None:
    """CONTRACTS: bad input ends with exit code 2."""
    (tmp_path / "s.zip").write_bytes(data)
    with pytest.raises(BadInput, match="neither a directory nor a zip") as caught:
        open_snapshot(tmp_path / "s.zip")
    assert caught.value.exit_code == 2


def test_a_zip_that_was_cut_off_is_bad_input(tmp_path: Path) -> None:
    """Our choice: without its directory at the end a zip tells nothing."""
    whole = packed(tmp_path / "s.zip", MANIFEST, ("accounts/x.json", b"1" * 100)).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        with pytest.raises(BadInput):
            open_snapshot(tmp_path / "cut.zip")


def test_a_zip_within_the_zip_stays_closed(tmp_path: Path) -> None:
    """Our choice: nested zips are files that mean nothing to us."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("accounts/2/x.json", "1")
    path = packed(tmp_path / "s.zip", MANIFEST, ("accounts.zip", inner.getvalue()))
    assert open_snapshot(path).names == ("accounts.zip", "snapshot.json")
