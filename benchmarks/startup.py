"""How long whole processes take: `--help`, a manual page, a diagnosis of the example.

Run it with: python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
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


def seconds(arguments: list[str]) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bedrock_doctor", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def main() -> None:
    """Prints minimum, median and maximum in milliseconds; the first run of each is not counted."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    for name, arguments in COMMANDS.items():
        seconds(arguments)
        times = sorted(seconds(arguments) * 1000 for _ in range(runs))
        median = statistics.median(times)
        print(f"{name:12} min {times[0]:4.0f} ms  median {median:4.0f} ms  max {times[-1]:4.0f} ms")


if __name__ == "__main__":
    main()
