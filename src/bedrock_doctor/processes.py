"""Work in several processes, with answers in the order of the work."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
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
    rest = iter(pieces)
    first = list(islice(rest, 2))
    if processes == 1 or len(first) < 2:
        for piece in (*first, *rest):
            yield do(piece, common)
        return
    # spawn everywhere: a fork copies whatever threads the caller has
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(do, common),
    )
    try:
        waiting: deque[Future[Answer]] = deque(pool.submit(_done, piece) for piece in first)
        while waiting:
            room = processes * _AHEAD - len(waiting)
            waiting.extend(pool.submit(_done, piece) for piece in islice(rest, room))
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start(do: Callable[..., Any], common: Any) -> None:
    """Keeps what all pieces share, and leaves Ctrl-C to the process that was started by hand."""
    import signal

    # pieces of work leave few cycles and very many values that live on
    gc.set_threshold(100_000, 50, 100)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _common.update(do=do, common=common)


def _done(piece: Any) -> Any:
    return _common["do"](piece, _common["common"])


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
