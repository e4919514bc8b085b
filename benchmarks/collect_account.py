"""Collects an account of 5,000 roles and 3,000 policies from a peer on loopback.

Prints the time, the peak memory of the collecting process, and the size of the snapshot:

    .venv/bin/python -m benchmarks.collect_account [ROLES POLICIES]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.live.aws_peer import Account, peer


def measure(roles: int, policies: int) -> str:
    """One line about one collection."""
    with (
        tempfile.TemporaryDirectory() as folder,
        peer(Account(roles, policies, lambda _: None)) as url,
    ):
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "bedrock_doctor", "collect", "--only", "iam", "-q"]
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000",
            "AWS_SECRET_ACCESS_KEY": "of the benchmark",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [*command, "-o", str(out), "--endpoint-url", url], env=environment, check=True
        )
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    # https://man7.org/linux/man-pages/man2/getrusage.2.html: kibibytes on Linux
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak, busy = after.ru_maxrss / 1024, after.ru_utime - before.ru_utime
    return (
        f"{roles} roles, {policies} policies: {seconds:.1f} s, {busy:.1f} s of them its own, "
        f"peak {peak:.0f} MiB, "
        f"snapshot {size / 1e6:.1f} MB"
    )


def main() -> None:
    """Measures a small account first: peak memory is that of the largest child so far."""
    given = [int(word) for word in sys.argv[1:]]
    for roles, policies in [(50, 30), tuple(given) if len(given) == 2 else (5000, 3000)]:
        print(measure(roles, policies), flush=True)


if __name__ == "__main__":
    main()
