"""Work in several processes."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

Work = TypeVar("Work")
Common = TypeVar("Common")
Answer = TypeVar("Answer")
_AHEAD = 2
"""Pieces in work for each process: enough to keep it busy, few enough to bound memory."""

_common: dict[str, Any] = {}


def in_order(
    do: Callable[[Work, Common], Answer],
    pieces: Iterable[Work],
    common: Common,
    processes: int,
) -> Iterator[Answer]:
    """Does pieces of work, and answers in their order.

    Args:
        do: a function of a module, which other processes can find.
        pieces: what it is called with.
        common: its second argument, sent to each process once.
        processes: how many to use; with 1, or for one piece, everything is done here.
    """
    return _answers(do, pieces, common, processes, lambda waiting: waiting[:1])


def as_they_end(
    do: Callable[[Work, Common], Answer],
    pieces: Iterable[Work],
    common: Common,
    processes: int,
) -> Iterator[Answer]:
    """The same in no particular order, so that nothing waits for a piece that takes long."""
    return _answers(do, pieces, common, processes, _ended)


def _ended(waiting: list[Future[Answer]]) -> list[Future[Answer]]:
    return list(wait(waiting, return_when=FIRST_COMPLETED).done)


def _answers(
    do: Callable[[Work, Common], Answer],
    pieces: Iterable[Work],
    common: Common,
    processes: int,
    next_of: Callable[[list[Future[Answer]]], list[Future[Answer]]],
) -> Iterator[Answer]:
    """The answers, in the order in which `next_of` takes pieces from those in work."""
    rest = iter(pieces)
    first = list(islice(rest, 2))
    if processes == 1 or len(first) < 2:
        yield from (do(piece, common) for piece in chain(first, rest))
        return
    with _pool(do, common, processes) as submit:
        waiting: list[Future[Answer]] = []
        work = chain(first, rest)
        while waiting := [*waiting, *map(submit, islice(work, processes * _AHEAD - len(waiting)))]:
            for future in next_of(waiting):
                waiting.remove(future)
                yield future.result()


@contextmanager
def _pool(
    do: Callable[[Work, Common], Answer], common: Common, processes: int
) -> Iterator[Callable[[Work], Future[Answer]]]:
    """Processes, as the function that gives them a piece of work."""
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("fork" if _runs_one_thread() else "spawn"),
        initializer=_start,
        initargs=(do, common),
    )

    def submit(piece: Work) -> Future[Answer]:
        with _interrupts_held():
            return pool.submit(_done, piece)

    try:
        yield submit
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits: between two forks it would leave processes that nobody tells to end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _runs_one_thread() -> bool:
    """Whether a fork is safe: it copies what other threads hold, and not the threads.

    Linux tells, also of threads that are not Python's; elsewhere not even a fork of one thread is.
    """
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _start(do: Callable[..., Any], common: Any) -> None:
    """Keeps what all pieces share, and leaves Ctrl-C to the process that was started by hand."""
    # what a fork inherits is not walked: that would copy it
    gc.freeze()
    # pieces of work leave few cycles and very many values that live on
    gc.enable()
    gc.set_threshold(100_000, 50, 100)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _common.update(do=do, common=common)


def _done(piece: Any) -> Any:
    return _common["do"](piece, _common["common"])


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
