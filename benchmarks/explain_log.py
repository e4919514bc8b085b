"""Searches a generated log of 100 MB for denials and prints seconds, rate and peak memory.

    python benchmarks/explain_log.py [DENIALS]

The log is written to a temporary file and read as `bedrock-doctor explain @FILE` reads it. DENIALS
(default 1000) lines of 20 different denials are spread over it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from bedrock_doctor.evidence import explain_stream

SIZE = 100_000_000
NOISE = (
    b"2026-11-23T22:01:07.123Z INFO  [worker-3] request completed path=/v1/chat status=200 "
    b"duration_ms=1234 user=abc123 trace=8f3c2a9e\n"
)
DENIAL = (
    "2026-11-23T22:01:%02d.456Z ERROR [worker-3] An error occurred (AccessDeniedException) when "
    "calling the Converse operation: User: arn:aws:sts::444455556666:assumed-role/gateway/app-%d "
    "is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::"
    "foundation-model/anthropic.claude-sonnet-4-6 with an explicit deny in a service control "
    "policy\n"
)


def write_log(path: Path, denials: int) -> None:
    """Writes the log with its denials spread evenly."""
    block = NOISE * (SIZE // len(NOISE) // max(denials, 1))
    with path.open("wb") as file:
        for number in range(max(denials, 1)):
            file.write(block)
            if denials:
                file.write((DENIAL % (number % 60, number % 20)).encode())


def main() -> None:
    """Runs the benchmark once."""
    denials = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.log"
        write_log(path, denials)
        before = time.perf_counter()
        with path.open("rb") as stream:
            found = explain_stream(stream)
        seconds = time.perf_counter() - before
        size = path.stat().st_size
    count = sum(message.count for message in found.messages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{size / 1e6:.0f} MB, {count} denials of {len(found.messages)} kinds in {seconds:.2f} s")
    print(f"{size / 1e6 / seconds:.0f} MB/s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
