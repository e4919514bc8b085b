"""Work in several processes: all of it is done, and nothing waits for what takes long."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bedrock_doctor.processes import as_they_end, in_order

WAITS = 0
PIECES = 40
MARKS: list[str] = []


def work(piece: int, pipe: str) -> int:
    """A piece of work, the first of which waits until something is written to a pipe."""
    if piece == WAITS:
        Path(pipe).read_text()
    return piece


def marked(_piece: int, _common: str) -> int:
    """How many marks this process has."""
    return len(MARKS)


@pytest.mark.parametrize("way", [in_order, as_they_end])
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("pieces", [0, 1, 2, PIECES])
def test_every_piece_is_done_once(
    way: Callable[..., Iterator[int]], processes: int, pieces: int
) -> None:
    """Also where all pieces in work end at once."""
    found = list(way(work, iter(range(1, pieces + 1)), "", processes))
    assert sorted(found) == list(range(1, pieces + 1))
    if way is in_order:
        assert found == sorted(found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_nothing_waits_for_a_piece_that_takes_long(tmp_path: Path) -> None:
    """Interrupted, a scan keeps what was read meanwhile."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    answers = as_they_end(work, iter(range(PIECES)), str(pipe), 2)
    others = [next(answers) for _ in range(PIECES - 1)]
    pipe.write_text("go on")
    assert sorted(others) == list(range(1, PIECES))
    assert list(answers) == [WAITS]


def run(source: str, folder: Path, *arguments: str) -> tuple[str, str]:
    """What a program of its own prints, to both streams; it has to end within a minute."""
    script = folder / "script.py"
    script.write_text(source)
    told = subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        timeout=60,
    )
    return told.stdout, told.stderr


ALONE = """
import sys, threading
from bedrock_doctor.processes import in_order
from tests.scan.test_processes import marked, MARKS

if __name__ == "__main__":
    stop = threading.Event()
    if sys.argv[1] == "thread":
        threading.Thread(target=stop.wait).start()
    MARKS.append("made at run time")
    print(list(in_order(marked, iter(range(3)), "", 2)))
    stop.set()
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")
@pytest.mark.parametrize(("how", "marks"), [("alone", 1), ("thread", 0)])
def test_a_process_is_forked_only_where_it_has_no_other_thread(
    how: str, marks: int, tmp_path: Path
) -> None:
    """A fork has what was made at run time, and copies locks that other threads hold."""
    assert run(ALONE, tmp_path, how) == (f"{[marks] * 3}\n", "")


INTERRUPTED = """
import os, signal
from bedrock_doctor.processes import as_they_end
from tests.scan.test_processes import marked

if __name__ == "__main__":
    os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        print(list(as_they_end(marked, iter(range(9)), "", 4)))
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")
def test_an_interrupt_between_two_forks_ends_the_work(tmp_path: Path) -> None:
    """Neither is it lost, nor does it leave processes that wait for ever."""
    assert run(INTERRUPTED, tmp_path) == ("interrupted\n", "")
