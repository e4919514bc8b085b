"""How long whole processes take: `--help`, a manual page, a diagnosis of the example.

Run it with: python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = [
    "diagnose",
    "--exit-zero",
    "--snapshot",
    str(ROOT / "examples" / "acme" / "snapshot"),
    "--as",
    "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role",
    "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--model",
    "eu.anthropic.claude-sonnet-4-6",
    "--region",
    "eu-central-1",
]
COMMANDS = {"--help": ["--help"], "rule BD312": ["rule", "BD312"], "diagnose": EXAMPLE}


def seconds(arguments: list[str], cache: str) -> float:
    """Wall time of one process with compiled modules, as after an installation."""
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bedrock_doctor", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env=settings | {"PYTHONPYCACHEPREFIX": cache},
    )
    return time.perf_counter() - start


def main() -> None:
    """Prints minimum, median and maximum in milliseconds; the first run of each is not counted."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as cache:
        for name, arguments in COMMANDS.items():
            seconds(arguments, cache)
            times = sorted(seconds(arguments, cache) * 1000 for _ in range(runs))
            median, least, most = statistics.median(times), times[0], times[-1]
            print(f"{name:12} min {least:4.0f} ms  median {median:4.0f} ms  max {most:4.0f} ms")


if __name__ == "__main__":
    main()
