"""Kills collections of one account at random moments, resumes them, and compares the snapshots.

    .venv/bin/python -m benchmarks.kill_collection [ROUNDS ROLES POLICIES]

Each round is one collection that is killed with SIGKILL up to three times, each time after a random
part of the time that an undisturbed one takes. Prints what differs: nothing may.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.live.aws_peer import Account, peer

_KILLS = 3


def start(url: str, out: Path) -> subprocess.Popen[bytes]:
    """A collecting process, which resumes what is there."""
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000",
        "AWS_SECRET_ACCESS_KEY": "of the benchmark",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "bedrock_doctor", "collect", "--only", "iam,bedrock,regions"]
    resume = ["--resume"] if out.exists() else []
    return subprocess.Popen(
        [*command, "-q", "-o", str(out), "--endpoint-url", url, *resume], env=environment
    )


def told(folder: Path) -> tuple[dict[str, bytes], object]:
    """The files of a snapshot, and what its manifest says is missing."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return files, json.loads(files.pop("snapshot.json"))["missing"]


def round_of(url: str, out: Path, seconds: float, moments: random.Random) -> int:
    """One collection, killed and resumed until it ends. Returns how often it was killed."""
    for kills in range(_KILLS):
        process = start(url, out)
        try:
            process.wait(moments.uniform(0.2, 0.8 * seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        else:
            return kills
    start(url, out).wait()
    return _KILLS


def main() -> None:
    """Says in how many rounds the snapshot differs from that of an undisturbed collection."""
    given = [int(word) for word in sys.argv[1:]]
    rounds, roles, policies = given if len(given) == 3 else (5, 5000, 3000)
    moments = random.Random(rounds)
    with (
        tempfile.TemporaryDirectory() as folder,
        peer(Account(roles, policies, lambda _: None)) as url,
    ):
        start(url, Path(folder) / "warm").wait()
        whole = Path(folder) / "whole"
        began = time.perf_counter()
        start(url, whole).wait()
        seconds = time.perf_counter() - began
        expected, kills, different = told(whole), 0, 0
        for _ in range(rounds):
            out = Path(folder) / "out"
            kills += round_of(url, out, seconds, moments)
            different += told(out) != expected
            shutil.rmtree(out)
    print(
        f"{roles} roles, {policies} policies: {rounds} collections killed {kills} times, "
        f"{different} differ from the undisturbed one of {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
