"""Snapshot directories: what is read, and what is refused."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bedrock_doctor.collect.snapshot_files import FileUnreadable, Limits, open_snapshot
from bedrock_doctor.errors import BedrockDoctorError, UnsafeSnapshot, UsageError

needs_posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX systems")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory that is a snapshot and holds nothing else."""
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / "snapshot.json").write_bytes(b"{}")
    return folder


def test_files_are_listed_by_relative_names(root: Path) -> None:
    """Our choice: names are those of the contract, with slashes, sorted."""
    (root / "accounts" / "1").mkdir(parents=True)
    (root / "accounts" / "1" / "x.json").write_bytes(b"[1]")
    files = open_snapshot(root)
    assert files.names == ("accounts/1/x.json", "snapshot.json")
    assert files.read("accounts/1/x.json") == b"[1]"


@needs_posix
def test_links_within_the_snapshot_are_followed(root: Path) -> None:
    """Our choice: a link is as good as a copy while it stays inside."""
    (root / "accounts").mkdir()
    (root / "accounts" / "1").mkdir()
    (root / "accounts" / "1" / "x.json").write_bytes(b"1")
    (root / "accounts" / "2").symlink_to("1")
    (root / "y.json").symlink_to("accounts/1/x.json")
    files = open_snapshot(root)
    assert files.names == ("accounts/1/x.json", "accounts/2/x.json", "snapshot.json", "y.json")
    assert files.read("y.json") == b"1"


@needs_posix
@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.json", "../"])
def test_links_out_of_the_snapshot_are_refused(root: Path, target: str) -> None:
    """Our choice: nothing outside the snapshot is ever read."""
    (root.parent / "outside.json").write_bytes(b"secret")
    (root / "accounts").symlink_to(target)
    with pytest.raises(UnsafeSnapshot, match="`accounts` is a link that leaves the snapshot"):
        open_snapshot(root)


@needs_posix
def test_circles_of_links_end(root: Path) -> None:
    """Our choice: a folder is not entered again below itself, and a link to itself is no file."""
    (root / "accounts").mkdir()
    (root / "accounts" / "again").symlink_to(root)
    (root / "accounts" / "self").symlink_to("self")
    (root / "dangling").symlink_to("nothing")
    files = open_snapshot(root)
    assert files.names == ("snapshot.json",)
    assert files.unusable == ("accounts/self", "dangling")


@needs_posix
def test_links_that_multiply_end_at_the_limit(root: Path) -> None:
    """Our choice: folders that link to each other cannot make us list without end."""
    for name in "abcdefgh":
        (root / name).mkdir()
        for other in "abcdefgh":
            (root / name / other).symlink_to(root / other)
    with pytest.raises(UnsafeSnapshot):
        open_snapshot(root, Limits(entries=1000))


@needs_posix
def test_pipes_and_sockets_are_refused(root: Path) -> None:
    """Our choice: reading must not block or reach another program."""
    os.mkfifo(root / "pipe.json")
    with pytest.raises(UnsafeSnapshot, match=r"`pipe.json` is neither a file nor a folder"):
        open_snapshot(root)


@needs_posix
def test_a_pipe_given_as_snapshot_is_refused(tmp_path: Path) -> None:
    """Our choice: only directories and files are opened."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsafeSnapshot):
        open_snapshot(tmp_path / "pipe")


@needs_posix
def test_a_file_that_becomes_a_link_is_not_followed(root: Path) -> None:
    """Our choice: what was checked is what is opened."""
    files = open_snapshot(root)
    (root / "snapshot.json").unlink()
    (root / "snapshot.json").symlink_to("/etc/hostname")
    with pytest.raises(FileUnreadable):
        files.read("snapshot.json")


@needs_posix
def test_a_file_that_becomes_a_pipe_is_refused(root: Path) -> None:
    """Our choice: opening does not wait for a writer."""
    files = open_snapshot(root)
    (root / "snapshot.json").unlink()
    os.mkfifo(root / "snapshot.json")
    with pytest.raises(UnsafeSnapshot):
        files.read("snapshot.json")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets in the file system")
def test_names_that_are_no_text_are_left_out(root: Path) -> None:
    """Observed: POSIX file names may be any bytes."""
    try:
        (root / os.fsdecode(b"bad\xff.json")).write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes only text")
    files = open_snapshot(root)
    assert (files.names, files.unusable) == (("snapshot.json",), ("bad\\xff.json",))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(entries=1), "more than 1 files"),
        (Limits(total=3), "more than 3 bytes"),
        (Limits(depth=1), "more than 1 folders deep"),
    ],
)
def test_limits_hold(root: Path, limits: Limits, message: str) -> None:
    """Our choice: a snapshot of any size ends in a message, not in an exhausted machine."""
    (root / "accounts").mkdir()
    (root / "accounts" / "x.json").write_bytes(b"1234")
    with pytest.raises(UnsafeSnapshot, match=message):
        open_snapshot(root, limits)


def test_a_file_that_grows_beyond_the_limit_is_refused(root: Path) -> None:
    """Our choice: the limit holds for what is read, too."""
    files = open_snapshot(root, Limits(total=10))
    (root / "snapshot.json").write_bytes(b"x" * 11)
    with pytest.raises(UnsafeSnapshot):
        files.read("snapshot.json")


def test_a_file_that_is_gone_is_unreadable(root: Path) -> None:
    """Our choice: one file that cannot be read is no reason to stop."""
    files = open_snapshot(root)
    (root / "snapshot.json").unlink()
    with pytest.raises(FileUnreadable, match="no such file"):
        files.read("snapshot.json")


@pytest.mark.parametrize("name", ["nothing", "a\0b"])
def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """CONTRACTS: usage errors end with exit code 2."""
    with pytest.raises(UsageError, match="cannot be opened") as caught:
        open_snapshot(f"{tmp_path}/{name}")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "name", ["snapshot/snapshot.json", "accounts", "readme.md", "organization.json"]
)
def test_a_directory_without_a_snapshot_says_what_was_expected(tmp_path: Path, name: str) -> None:
    """CONTRACTS: snapshot.json, accounts/ or organization/ stand at the top."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(UsageError, match="holds no snapshot") as caught:
        open_snapshot(tmp_path)
    assert caught.value.help is not None
    assert "`accounts/`" in caught.value.help


def test_refusals_are_our_own_errors() -> None:
    """CONTRACTS: bad input ends with exit code 2 and without a traceback."""
    assert issubclass(UnsafeSnapshot, BedrockDoctorError)
    assert UnsafeSnapshot.exit_code == 2
