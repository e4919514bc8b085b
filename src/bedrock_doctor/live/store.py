"""The snapshot on disk while it grows: every file is whole or absent, whenever the process ends."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bedrock_doctor.collect.file_tree import file_name
from bedrock_doctor.collect.manifest import SCHEMA
from bedrock_doctor.errors import BadInput, UsageError

_PARTIAL = ".partial"


class SnapshotStore:
    """A directory that becomes a snapshot.

    Args:
        root: the directory; it is made.
        resume: whether files that are there are kept.
        created: time for ``snapshot.json``, with ``Z``.

    Raises:
        UsageError: the directory holds something and `resume` is false.
        BadInput: the directory cannot be written.
    """

    def __init__(self, root: Path, *, resume: bool, created: str) -> None:
        self.root = root
        self._created = created
        self._lock = Lock()
        self.accounts: dict[str, dict[str, str]] = {}
        self.missing: list[dict[str, str]] = []
        try:
            if root.exists() and not resume and any(root.iterdir()):
                raise UsageError(
                    f"`{root}` is not empty", help="name a new directory, or give --resume"
                )
            root.mkdir(parents=True, exist_ok=True)
            for left in root.rglob("*" + _PARTIAL):
                left.unlink()
            if resume:
                self._resume()
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror}", path=str(root)) from None

    def _resume(self) -> None:
        manifest = self.root / "snapshot.json"
        if not manifest.exists():
            return
        try:
            data = json.loads(manifest.read_bytes())
            schema, accounts, missing = data["schema"], data["accounts"], data["missing"]
        except (ValueError, KeyError, TypeError):
            schema = ""
        if schema != SCHEMA:
            raise UsageError(f"`{manifest}` is no manifest of a collection that can be resumed")
        self.accounts, self.missing = accounts, missing

    def has(self, *place: str) -> bool:
        """Whether the file of a place was written."""
        return self._path(place).exists()

    def text(self, *place: str) -> str:
        """The content of a file that was written."""
        return self._path(place).read_text(encoding="utf-8")

    def put(self, value: object, *place: str) -> None:
        """Writes one answer."""
        self._write(self._path(place), [json.dumps(value, indent=1, default=_plain), "\n"])

    def put_pages(
        self, pages: Iterable[Mapping[str, Any]], lists: Iterable[str], *place: str
    ) -> None:
        """Writes the lists of many pages as one object; no more than a page is in memory."""
        final = self._path(place)
        try:
            self._spool(final, pages, lists)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror}", path=str(final)) from None

    def _spool(self, final: Path, pages: Iterable[Mapping[str, Any]], lists: Iterable[str]) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        spools = {name: final.with_name(f"{final.name}.{name}{_PARTIAL}") for name in lists}
        try:
            with ExitStack() as opened:
                streams = {
                    name: opened.enter_context(path.open("w", encoding="utf-8"))
                    for name, path in spools.items()
                }
                for page in pages:
                    for name, stream in streams.items():
                        stream.writelines(json.dumps(e, default=_plain) + "\n" for e in page[name])
            self._write(final, _joined(spools))
        finally:
            for path in spools.values():
                path.unlink(missing_ok=True)

    def refuse(self, account: str, region: str, call: str, code: str, message: str) -> None:
        """Records a read without an answer, on disk at once."""
        entry = {
            "account": account,
            "region": region,
            "call": call,
            "code": code,
            "message": message,
        }
        with self._lock:
            if entry not in self.missing:
                self.missing.append(entry)
        self.write_manifest()

    def write_manifest(self) -> None:
        """Writes ``snapshot.json``."""
        with self._lock:
            manifest = {
                "schema": SCHEMA,
                "created": self._created,
                "accounts": self.accounts,
                "missing": sorted(self.missing, key=lambda entry: sorted(entry.items())),
                "redaction": "none",
            }
            self._write(self.root / "snapshot.json", [json.dumps(manifest, indent=1), "\n"])

    def pack(self, archive: Path) -> None:
        """Puts all files into a zip and removes the directory."""
        partial = archive.with_name(archive.name + ".zipping")
        with ZipFile(partial, "w", ZIP_DEFLATED) as packed:
            for path in sorted(p for p in self.root.rglob("*") if p.is_file()):
                entry = ZipInfo(path.relative_to(self.root).as_posix())
                entry.compress_type = ZIP_DEFLATED
                with packed.open(entry, "w") as target, path.open("rb") as source:
                    shutil.copyfileobj(source, target)
        partial.replace(archive)
        shutil.rmtree(self.root)

    def _path(self, place: tuple[str, ...]) -> Path:
        return self.root / file_name(place)

    def _write(self, final: Path, chunks: Iterable[str]) -> None:
        partial = final.with_name(final.name + _PARTIAL)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("w", encoding="utf-8") as stream:
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(final)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror}", path=str(final)) from None


def _joined(spools: Mapping[str, Path]) -> Iterable[str]:
    before = "{\n"
    for name, path in spools.items():
        yield f'{before}"{name}": ['
        before = "\n],\n"
        with path.open(encoding="utf-8") as stream:
            for index, line in enumerate(stream):
                yield (",\n" if index else "\n") + line.rstrip("\n")
    yield "\n]\n}\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
