"""A snapshot that is a zip of its directory."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from bedrock_doctor.collect.snapshot_files import (
    FileUnreadable,
    Limits,
    check_depth,
    check_entries,
    check_total,
    is_snapshot_name,
)
from bedrock_doctor.errors import BadInput, UnsafeSnapshot

_ENCRYPTED = 0x1


class ArchiveFiles:
    """The files of one zip; see `SnapshotFiles`.

    Entries are read in memory and never unpacked to disk. A single folder that wraps the whole
    snapshot, as file managers create it, is looked through.
    """

    def __init__(self, path: str, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as failure:
            raise BadInput(
                f"`{path}` is neither a directory nor a zip that can be read",
                path=path,
                help="give the directory itself, or a complete zip of it",
            ) from failure
        self.origin = path
        self.unreadable: Mapping[str, str] = {}
        self.unusable: tuple[str, ...] = ()
        self._entries = _without_wrapper(_checked_entries(self._zip, path, limits))
        self.names = tuple(sorted(self._entries))

    def read(self, name: str) -> bytes:
        """The bytes of one file."""
        try:
            entry = self._entries[name]
            with self._zip.open(entry) as file:
                # A length is given so that no more is unpacked than the entry declares.
                return file.read(entry.file_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
        ) as failure:
            raise FileUnreadable("its zip entry is damaged") from failure


def _checked_entries(
    archive: zipfile.ZipFile, origin: str, limits: Limits
) -> dict[str, zipfile.ZipInfo]:
    """All regular files by normalized name.

    Raises:
        UnsafeSnapshot: an entry reaches outside, is encrypted, no plain file or there twice, or the
            whole is too large or packed too densely to be honest.
    """
    infos = archive.infolist()
    check_entries(len(infos), origin, limits)
    entries: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in infos:
        name = _safe_name(info.filename)
        check_depth(name, limits)
        _refuse_special(info, name)
        if name.endswith("/"):
            continue
        if name in entries:
            raise UnsafeSnapshot(f"`{origin}` holds two entries named `{name}`")
        total += info.file_size
        check_total(total, origin, limits)
        _check_ratio(info.file_size, info.compress_size, f"`{name}`", limits)
        entries[name] = info
    _check_ratio(total, Path(origin).stat().st_size, f"`{origin}`", limits)
    return entries


def _safe_name(raw: str) -> str:
    """The name with ``/`` separators; Windows tools write backslashes."""
    name = raw.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or parts[0][1:2] == ":" or ".." in parts:
        raise UnsafeSnapshot(
            f"zip entry `{raw}` points outside the snapshot",
            help="entries have relative names without `..`",
        )
    plain = "/".join(part for part in parts if part not in ("", "."))
    return plain + "/" if name.endswith("/") else plain


def _refuse_special(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnsafeSnapshot(
            f"zip entry `{name}` is encrypted", help="pack the snapshot without a password"
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsafeSnapshot(
            f"zip entry `{name}` is packed by an unusual method", help="pack it with deflate"
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise UnsafeSnapshot(
            f"zip entry `{name}` is a symbolic link",
            help="pack the files that links point to, as `zip -r` does without -y",
        )
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeSnapshot(f"zip entry `{name}` is neither a file nor a folder")


def _check_ratio(size: int, packed: int, what: str, limits: Limits) -> None:
    if size > limits.ratio_from and size > limits.ratio * max(packed, 1):
        raise UnsafeSnapshot(
            f"{what} unpacks to more than {limits.ratio} times its packed size",
            help="give the unpacked directory if the content is genuine",
        )


def _without_wrapper(entries: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Takes off the one folder that holds everything, where there is one."""
    if any(is_snapshot_name(name) for name in entries):
        return entries
    inner = {name.partition("/")[2]: info for name, info in entries.items()}
    folders = {name.partition("/")[0] for name in entries if "/" in name}
    if len(folders) == 1 and len(inner) == len(entries) and all(inner):
        return inner
    return entries
