"""Files of a snapshot into a directory or a zip: whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bedrock_doctor.errors import BadInput, UsageError

_PARTIAL = ".writing"


def is_archive(out: str) -> bool:
    """Whether an output's name asks for a zip."""
    return out.lower().endswith(".zip")


def check_target(out: str) -> None:
    """Makes sure that a snapshot can be written there.

    Raises:
        UsageError: it is a directory that holds something.
    """
    path = Path(out)
    if path.is_dir() and (is_archive(out) or any(path.iterdir())):
        raise UsageError(f"`{out}` is not empty", help="name a new directory or a zip file")


def write_snapshot(files: Iterable[tuple[str, bytes]], out: str) -> None:
    """Writes files, given in the order of their names; nothing is left where that fails.

    Raises:
        UsageError: the target is a directory that holds something.
        BadInput: it cannot be written.
    """
    check_target(out)
    partial = Path(out.rstrip("/\\") + _PARTIAL)
    try:
        if is_archive(out):
            _pack(files, partial)
        else:
            if partial.exists():
                shutil.rmtree(partial)
            for name, data in files:
                path = partial / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if Path(out).is_dir():
                Path(out).rmdir()
        partial.replace(out)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"cannot be written: {reason}", path=out) from None
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


def write_private(name: str, text: str) -> None:
    """Writes a file that only its owner may read.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        Path(name).unlink(missing_ok=True)
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"cannot be written: {reason}", path=name) from None


def _pack(files: Iterable[tuple[str, bytes]], path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, data in files:
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, data)
