"""A snapshot that is a directory."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bedrock_doctor.collect.snapshot_files import (
    FileUnreadable,
    Limits,
    check_depth,
    check_entries,
    check_total,
)
from bedrock_doctor.errors import UnsafeSnapshot

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(slots=True)
class _Walk:
    """What a walk through the directory has found so far."""

    origin: str
    root: Path
    limits: Limits
    files: dict[str, Path] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    unusable: list[str] = field(default_factory=list)
    entries: int = 0
    total: int = 0

    def folder(self, path: Path, prefix: str, ancestors: frozenset[tuple[int, int]]) -> None:
        """Visits one folder; links back to one of `ancestors` are not followed."""
        try:
            found = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as failure:
            self.unreadable[prefix.rstrip("/")] = _reason(failure)
            return
        for entry in found:
            self.entries += 1
            check_entries(self.entries, self.origin, self.limits)
            try:
                entry.name.encode()
            except UnicodeEncodeError:
                shown = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
                self.unusable.append(prefix + shown)
                continue
            name = prefix + entry.name
            check_depth(name, self.limits)
            self._entry(entry, name, ancestors)

    def _entry(
        self, entry: os.DirEntry[str], name: str, ancestors: frozenset[tuple[int, int]]
    ) -> None:
        path = Path(entry.path)
        if entry.is_symlink():
            path = _target(path)
            if path != self.root and self.root not in path.parents:
                raise UnsafeSnapshot(
                    f"`{name}` is a link that leaves the snapshot",
                    help="replace it by a copy of what it points to",
                )
        try:
            status = path.stat()
        except OSError:
            self.unusable.append(name)
            return
        if stat.S_ISDIR(status.st_mode):
            identity = (status.st_dev, status.st_ino)
            if identity not in ancestors:
                self.folder(path, name + "/", ancestors | {identity})
        elif stat.S_ISREG(status.st_mode):
            self.total += status.st_size
            check_total(self.total, self.origin, self.limits)
            self.files[name] = path
        else:
            raise UnsafeSnapshot(
                f"`{name}` is neither a file nor a folder",
                help="a snapshot holds plain files only, no devices, pipes or sockets",
            )


class DirectoryFiles:
    """The files below one directory; see `SnapshotFiles`."""

    def __init__(self, path: str, limits: Limits) -> None:
        root = Path(path).resolve()
        status = root.stat()
        walk = _Walk(path, root, limits)
        walk.folder(root, "", frozenset({(status.st_dev, status.st_ino)}))
        self.origin = path
        self.names = tuple(sorted(walk.files))
        self.unreadable = walk.unreadable
        self.unusable = tuple(walk.unusable)
        self._paths = walk.files
        self._limits = limits

    def read(self, name: str) -> bytes:
        """The bytes of one file."""
        try:
            descriptor = os.open(self._paths[name], _OPEN_FLAGS)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise UnsafeSnapshot(f"`{name}` is no plain file any more")
                data = file.read(self._limits.total + 1)
        except OSError as failure:
            raise FileUnreadable(_reason(failure)) from failure
        check_total(len(data), self.origin, self._limits)
        return data


def _target(link: Path) -> Path:
    """Where a link leads. A link that leads round in a circle leads to itself."""
    try:
        return link.resolve()
    except (OSError, RuntimeError):
        return link.absolute()


def _reason(failure: OSError) -> str:
    return (failure.strerror or "the system refuses to read it").lower()
