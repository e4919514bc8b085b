"""Reading many log files at once: in batches of about equal size, on all cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bedrock_doctor.processes import as_they_end
from bedrock_doctor.scan.log_file import log_bytes
from bedrock_doctor.scan.log_files import Wanted, size_of, unread_path
from bedrock_doctor.scan.sifting import Sifted, sift_text

_BATCH_BYTES = 1 << 20
_BATCH_FILES = 400


def sift_files(paths: Iterable[Path], wanted: Wanted, processes: int) -> Iterator[Sifted]:
    """Sifts files, batch by batch, in no particular order."""
    return as_they_end(sift_batch, _batches(paths), wanted, processes)


def sift_batch(paths: Iterable[Path], wanted: Wanted) -> Sifted:
    """Sifts some files. A file that cannot be read is reported, never fatal."""
    sifted = Sifted(wanted)
    for path in paths:
        _sift_file(path, sifted)
    return sifted


def _sift_file(path: Path, sifted: Sifted) -> None:
    """Sifts a file, whose text is gone before the next one is read: its memory is used again."""
    try:
        data, why = log_bytes(path)
    except OSError as error:
        sifted.unread.append(unread_path(path, error))
    else:
        sift_text(data, why, str(path), sifted)


def _batches(paths: Iterable[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for path in paths:
        batch.append(path)
        size += size_of(path)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
