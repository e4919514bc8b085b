"""A standalone master with two workers on loopback, from the scripts that PySpark brings."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_PATIENCE = 240.0


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        url: of the master.
        workers: their processes; each leads a group that its executors belong to.
        environment: for programs that run on the cluster.
    """

    url: str
    workers: list[subprocess.Popen[bytes]]
    environment: dict[str, str]
    killed: list[int] = field(default_factory=list)

    def kill_the_worker_that_reads(self, pipe: Path) -> None:
        """Kills, at once, the worker whose task has the pipe open, with its executor."""
        (reader,) = [pid for pid in map(int, _processes()) if _has_open(pid, pipe)]
        workers = {worker.pid for worker in self.workers}
        while reader not in workers:
            reader = _parent(reader)
        os.killpg(reader, signal.SIGKILL)
        self.killed.append(reader)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers, with room for two applications. Everything ends with the block."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(_configuration(folder)),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    if "JAVA_HOME" in os.environ:
        environment["JAVA_HOME"] = os.environ["JAVA_HOME"]
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        command = [str(home / "bin" / "spark-class"), *arguments]
        with log.open("wb") as output:
            started.append(
                subprocess.Popen(
                    command, stdout=output, stderr=output, env=environment, start_new_session=True
                )
            )
        return log

    try:
        log = start(
            "master", _MASTER, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"
        )  # fmt: skip
        url = _said(log, r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        work = str(folder / "work")
        logs = [
            start(
                f"worker-{number}", _WORKER, "--host", "127.0.0.1", "--webui-port", "0",
                "--cores", "2", "--memory", "1400m", "--work-dir", work, url,
            )
            for number in range(2)
        ]  # fmt: skip
        for log in logs:
            _said(log, r"(Successfully registered) with master")
        yield Cluster(url, started[1:], environment)
    finally:
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(_PATIENCE)


def _configuration(folder: Path) -> Path:
    """Settings that keep every port on loopback, and everything small."""
    configuration = folder / "conf"
    configuration.mkdir()
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.master.rest.enabled": "false",
        "spark.executor.memory": "512m",
        "spark.executor.cores": "1",
        "spark.cores.max": "2",
        "spark.sql.shuffle.partitions": "4",
        "spark.local.dir": str(folder / "local"),
    }
    lines = "".join(f"{key} {value}\n" for key, value in settings.items())
    (configuration / "spark-defaults.conf").write_text(lines)
    return configuration


def _said(log: Path, pattern: str) -> str:
    """What a process writes to its log; waits for it."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        found = re.search(pattern, log.read_text("utf-8", "replace"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"{log.name} never said {pattern}:\n{log.read_text('utf-8', 'replace')}")


def opened_by_a_reader(pipe: Path, running: Future[Any]) -> int | None:
    """The writing end of a pipe, as soon as somebody reads it; None when nobody will any more.

    Args:
        pipe: made by mkfifo.
        running: whose end means that nobody will.
    """
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        if wait([running], timeout=0.05).done:
            return None
    raise AssertionError(f"nobody read {pipe}")


def feed_readers(pipe: Path, data: bytes, running: Future[Any]) -> int:
    """Gives the data to each reader of a pipe, once, until the end; tells how many there were."""
    readers = 0
    while (end := opened_by_a_reader(pipe, running)) is not None:
        os.set_blocking(end, True)
        os.write(end, data)
        os.close(end)
        readers += 1
        while any(_has_open(int(pid), pipe) for pid in _processes()):
            wait([running], timeout=0.05)
    return readers


def _processes() -> list[str]:
    return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _has_open(pid: int, pipe: Path) -> bool:
    if pid == os.getpid():
        return False
    try:
        return any(entry.readlink() == pipe for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("PPid:")[2].split()[0])


def listening_addresses(group: int) -> set[str]:
    """Local addresses on which the processes of a group listen, from the kernel's tables."""
    sockets = set()
    for pid in _processes():
        try:
            if os.getpgid(int(pid)) == group:
                sockets |= {str(e.readlink()) for e in Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            continue
    listening = "0A"
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == listening and f"socket:[{columns[9]}]" in sockets:
                found.add(columns[1].partition(":")[0])
    return found
