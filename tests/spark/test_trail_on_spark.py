"""Scans on a real cluster, held against local scans of the same files."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyarrow import parquet

from bedrock_doctor import app
from bedrock_doctor.model.trail import TrailScan
from bedrock_doctor.render.redact import Redaction, Redactor
from bedrock_doctor.render.scan_json import group_tree
from bedrock_doctor.render.scan_parquet import scan_parquet
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.scanning import ScanRequest
from tests.scan.events import assumed, denied_converse, trail
from tests.spark.bucket_server import serving_bucket
from tests.spark.cluster import Cluster, feed_readers, listening_addresses, opened_by_a_reader

ACME = "examples/acme/snapshot"
UNREADABLE = "/proc/self/mem"
"""A file that opens and cannot be read, also by root."""


def packed(events: list[Any]) -> bytes:
    return gzip.compress(json.dumps({"Records": events}).encode(), mtime=0)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trail with every fault: duplicates within and across files, files that break off, odd
    times, a record of a megabyte, values that JSON readers refuse, a file of something else."""
    folder = tmp_path_factory.mktemp("logs")
    random = Random(3)
    for number in range(10):
        place = folder / f"{number % 3}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.json.gz").write_bytes(packed(trail(number, 80)))
    whole = (folder / "0" / "0.json.gz").read_bytes()
    (folder / "again.json.gz").write_bytes(whole)
    (folder / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "half.json").write_bytes(json.dumps({"Records": trail(30, 20)}).encode()[:-300])
    (folder / "foreign.json").write_text("no log")
    (folder / "empty.json").write_text('{"Records": []}')
    time = "2026-11-20T10:00:00Z"
    odd = [
        denied_converse(random, "soon"),
        denied_converse(random, time, additionalEventData={"text": "x" * (1 << 20)}),
        denied_converse(random, time, requestParameters={"modelId": float("nan")}),
        denied_converse(random, time, eventID=None),
    ]
    (folder / "odd.json.gz").write_bytes(packed(odd))
    return folder


def locally(*paths: Path | str, wanted: Wanted | None = None, **options: Any) -> TrailScan:
    request = ScanRequest([str(path) for path in paths], wanted or Wanted(), 1)
    return app.scan(request, lambda _files, _events: None, **options)


def test_a_trail_with_every_fault_gives_the_answer_of_a_local_scan(spark: Any, logs: Path) -> None:
    """Issue 9: identical results, nothing fatal, nothing counted twice."""
    from bedrock_doctor.spark import scan_trail

    found = scan_trail(spark, [str(logs), UNREADABLE])

    assert found == locally(logs, UNREADABLE)
    assert (found.duplicates > 0, found.odd_times, found.unread_count) == (True, 1, 4)
    assert any(group.callers for group in found.groups)


def test_rows_are_the_groups_of_what_is_wanted(spark: Any, logs: Path) -> None:
    """Times, accounts, a snapshot: as locally. What could not be read is warned of."""
    from bedrock_doctor.spark import scan

    wanted = Wanted("2026-11-10T00:00:00Z", "2026-11-21T00:00:00Z", ("444455556666",))
    snapshot = app.load_snapshot([ACME])
    with pytest.warns(UserWarning, match="could not be read whole"):
        frame = scan(
            spark, str(logs), since="2026-11-10", until="2026-11-21", accounts=["444455556666"],
            snapshot=snapshot, partitions=3,
        )  # fmt: skip

    expected = locally(logs, wanted=wanted, snapshot=snapshot).groups
    trees = [group_tree(group, Redactor(Redaction.NONE)) for group in expected]
    rows = json.loads(json.dumps([row.asDict(recursive=True) for row in frame.collect()]))
    assert rows == json.loads(json.dumps(trees))
    assert any(row["diagnosis"]["verdict"] == "deny" for row in rows)


def test_contents_of_any_file_system_of_spark_are_scanned(spark: Any, logs: Path) -> None:
    """The format binaryFile reads them; names tell which are log files."""
    from bedrock_doctor.spark import scan_trail

    (logs / "readme.txt").write_text("no log, and none by its name")
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true")

    found = scan_trail(spark, files.load(f"file://{logs}"))

    local = locally(logs)
    assert found.groups == local.groups
    assert (found.files, found.events, found.denied, found.duplicates, found.unread_count) == (
        local.files, local.events, local.denied, local.duplicates, local.unread_count,
    )  # fmt: skip


def key(account: str, day: str, name: str) -> str:
    return (
        f"AWSLogs/{account}/CloudTrail/eu-central-1/{day}/"
        f"{account}_CloudTrail_eu-central-1_{name}.json.gz"
    )


def test_a_bucket_on_a_cluster_reads_as_on_one_machine(cluster: Cluster) -> None:
    """The command line, byte for byte; refused objects and prefixes are reported alike."""
    random = Random(5)
    objects = {
        key(account, day, f"{number}"): packed(trail(number + int(account[:3]), 30))
        for account in ("444455556666", "111122223333", "777788889999")
        for day in ("2026/11/18", "2026/11/19")
        for number in range(2)
    }
    late = key("444455556666", "2026/11/20", "late")
    objects[late] = packed([
        *assumed(random, "2026-11-20T09:00:00Z"),
        denied_converse(random, "2026-11-20T10:00:00Z"),
    ])  # fmt: skip
    refused = frozenset({
        "AWSLogs/777788889999/CloudTrail/eu-central-1/2026/11/19/",
        key("111122223333", "2026/11/18", "1"),
    })  # fmt: skip
    with serving_bucket(objects, refused) as endpoint:
        command = [
            sys.executable, "-m", "bedrock_doctor", "scan", "s3://example-trail/AWSLogs/",
            "--format", "json", "--endpoint-url", endpoint,
        ]  # fmt: skip
        local = subprocess.run(command, capture_output=True, env=cluster.environment, timeout=300)
        on_spark = subprocess.run(
            [*command, "--spark", cluster.url],
            capture_output=True, env=cluster.environment, timeout=300,
        )  # fmt: skip

    assert (on_spark.returncode, on_spark.stdout) == (local.returncode, local.stdout)
    found = json.loads(on_spark.stdout)
    assert found["unread_count"] == 2
    assert found["files"] == len(objects) - 3


def test_the_example_job_writes_the_groups(cluster: Cluster, logs: Path, tmp_path: Path) -> None:
    """examples/spark, with spark-submit: rows as those of `scan --format parquet`."""
    submit = Path(cluster.environment["SPARK_HOME"]) / "bin" / "spark-submit"
    arguments = ["--logs", str(logs), "--results", str(tmp_path / "rows"), "--name-of-glue", "x"]
    done = subprocess.run(
        [str(submit), "--master", cluster.url, "examples/spark/denied_calls.py", *arguments],
        capture_output=True, env=cluster.environment, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2_000:]
    local = locally(logs)
    (tmp_path / "local.parquet").write_bytes(scan_parquet(local, Redactor(Redaction.NONE)))
    rows, expected = (
        [
            row | {"hours": dict(row["hours"])}
            for row in parquet.read_table(tmp_path / name).to_pylist()
        ]
        for name in ("rows", "local.parquet")
    )
    assert rows == expected
    assert f"{local.denied} denied calls in {len(local.groups)} groups" in done.stdout.decode()


def test_a_killed_worker_changes_no_answer(
    spark: Any, cluster: Cluster, logs: Path, tmp_path: Path
) -> None:
    """One worker dies, with its executor, while its task reads a file: another reads it again."""
    from bedrock_doctor.spark import scan_trail

    events = packed(trail(77, 50))
    pipe = tmp_path / "late.json.gz"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(scan_trail, spark, [str(logs), str(pipe)])
        end = opened_by_a_reader(pipe, running)
        assert end is not None, running.exception()
        cluster.kill_the_worker_that_reads(pipe)
        os.close(end)
        readers = feed_readers(pipe, events, running)
        found = running.result(0)

    (tmp_path / "same").mkdir()
    (tmp_path / "same" / pipe.name).write_bytes(events)
    assert found == locally(logs, tmp_path / "same")
    assert (len(cluster.killed), readers > 0) == (1, True)


def test_every_port_is_on_loopback(spark: Any, cluster: Cluster) -> None:
    """127.0.0.1, as it stands in the tables of the kernel: in IPv4, and mapped into IPv6."""
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    (left,) = [worker for worker in cluster.workers if worker.pid not in cluster.killed]

    found = listening_addresses(left.pid)

    assert found
    assert found <= loopback
