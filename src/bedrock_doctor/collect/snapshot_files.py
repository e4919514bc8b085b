"""Safe access to the files of one snapshot, whether it is a directory or a zip of one.

Nothing outside the snapshot is ever read, and no snapshot can exhaust the machine: what tries is
refused with `UnsafeSnapshot` before any content is looked at.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bedrock_doctor.errors import UnsafeSnapshot, UsageError

LAYOUT_HELP = (
    "a snapshot is a directory, or a zip of one, with `snapshot.json`, `accounts/` or "
    "`organization/` in it; docs/reference/snapshot.md describes it"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a snapshot may cost at most.

    Attributes:
        entries: number of files and folders.
        total: bytes of all files, unpacked.
        depth: folders within folders.
        ratio: unpacked bytes for each packed one, from `ratio_from` bytes on.
        ratio_from: size in bytes below which `ratio` does not matter.
    """

    entries: int = 200_000
    total: int = 2 << 30
    depth: int = 32
    ratio: int = 200
    ratio_from: int = 10 << 20


LIMITS = Limits()


class FileUnreadable(Exception):
    """A file of the snapshot whose bytes cannot be had; the message says why."""


class SnapshotFiles(Protocol):
    """The files of one snapshot.

    Attributes:
        origin: the snapshot as the user named it.
        names: paths of all regular files, relative, with ``/`` separators, sorted.
        unreadable: files and folders that are there but closed to us, with the reason.
        unusable: names that no reader can use: dangling links, names that are no text.
    """

    @property
    def origin(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def unreadable(self) -> Mapping[str, str]: ...
    @property
    def unusable(self) -> tuple[str, ...]: ...

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            FileUnreadable: the file cannot be read or is damaged.
        """
        ...


def open_snapshot(path: str | os.PathLike[str], limits: Limits = LIMITS) -> SnapshotFiles:
    """Lists the files of a snapshot directory or zip.

    Raises:
        UsageError: `path` does not exist, or holds no snapshot.
        UnsafeSnapshot: the snapshot reaches outside itself or exceeds `limits`.
        BadInput: `path` is a file, but no zip that can be read.
    """
    name = os.fspath(path)
    try:
        mode = Path(name).stat().st_mode
    except (OSError, ValueError) as failure:
        raise UsageError(f"snapshot `{name}` cannot be opened", help=LAYOUT_HELP) from failure
    files: SnapshotFiles
    if stat.S_ISDIR(mode):
        from bedrock_doctor.collect.snapshot_directory import DirectoryFiles

        files = DirectoryFiles(name, limits)
    elif stat.S_ISREG(mode):
        from bedrock_doctor.collect.snapshot_archive import ArchiveFiles

        files = ArchiveFiles(name, limits)
    else:
        raise UnsafeSnapshot(f"`{name}` is neither a directory nor a file", help=LAYOUT_HELP)
    if not any(is_snapshot_name(entry) for entry in (*files.names, *files.unreadable)):
        raise UsageError(f"`{name}` holds no snapshot", help=LAYOUT_HELP)
    return files


def is_snapshot_name(name: str) -> bool:
    """Whether a path belongs to one of the places that make a snapshot."""
    first, _, rest = name.lower().partition("/")
    return first == "snapshot.json" or bool(
        rest and first in ("accounts", "organization", "organizations")
    )


def check_depth(name: str, limits: Limits) -> None:
    """Raises UnsafeSnapshot for a path with too many folders."""
    if name.count("/") >= limits.depth:
        raise UnsafeSnapshot(
            f"`{name}` lies more than {limits.depth} folders deep",
            help="no file of a snapshot does",
        )


def check_entries(count: int, origin: str, limits: Limits) -> None:
    """Raises UnsafeSnapshot for a snapshot of too many files."""
    if count > limits.entries:
        raise UnsafeSnapshot(
            f"`{origin}` holds more than {limits.entries} files and folders",
            help="collect fewer accounts into one snapshot",
        )


def check_total(size: int, origin: str, limits: Limits) -> None:
    """Raises UnsafeSnapshot for a snapshot of too many bytes."""
    if size > limits.total:
        raise UnsafeSnapshot(
            f"the files of `{origin}` hold more than {limits.total} bytes",
            help="collect fewer accounts into one snapshot",
        )
