"""Reading many log files at once: in batches of about equal size, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from bedrock_doctor.scan.log_file import log_bytes
from bedrock_doctor.scan.log_files import Wanted, size_of, unread_path
from bedrock_doctor.scan.sifting import Sifted, sift_text

Work = TypeVar("Work")
_BATCH_BYTES = 8 << 20
_BATCH_FILES = 400
_AHEAD = 3
"""Batches in work for each process: enough to keep it busy, few enough to bound memory."""


def sift_files(paths: Iterable[Path], wanted: Wanted, processes: int) -> Iterator[Sifted]:
    """Sifts files, batch by batch, in no particular order."""
    return in_processes(partial(sift_batch, wanted), _batches(paths), processes)


def in_processes(
    sift: Callable[[Work], Sifted], batches: Iterable[Work], processes: int
) -> Iterator[Sifted]:
    """Sifts batches of whatever kind.

    Args:
        sift: a function of a module, which other processes can find.
        batches: what it is called with.
        processes: how many to use; with 1, or where one batch is all, everything runs here.
    """
    rest = iter(batches)
    first = list(islice(rest, 2))
    if processes == 1 or len(first) < 2:
        for batch in chain(first, rest):
            yield sift(batch)
        return
    # spawn everywhere: a fork copies whatever threads the caller has
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_ignore_stop)
    waiting: set[Future[Sifted]] = {pool.submit(sift, batch) for batch in first}
    try:
        while waiting:
            room = processes * _AHEAD - len(waiting)
            waiting.update(pool.submit(sift, batch) for batch in islice(rest, room))
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(wait=not waiting, cancel_futures=True)


def _ignore_stop() -> None:
    """Leaves Ctrl-C to the process that was started by hand."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def sift_batch(wanted: Wanted, paths: Iterable[Path]) -> Sifted:
    """Sifts some files. A file that cannot be read is reported, never fatal."""
    sifted = Sifted(wanted)
    for path in paths:
        try:
            data, why = log_bytes(path)
        except OSError as error:
            sifted.unread.append(unread_path(path, error))
            continue
        sift_text(data, why, str(path), sifted)
    return sifted


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


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
