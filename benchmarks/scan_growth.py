"""What a scan costs and how that grows: processor time and memory, one process, by events.

    python benchmarks/scan_growth.py [--plot docs/scale.svg]

Two trails of `scan_trail.py`'s events: one as it comes, with 0.06 % denied calls on the way to a
model, and one in which every tenth event is such a call, by 50 roles. Each point is a process of
its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from growth_plot import plot
from scan_trail import EVENTS_A_FILE, event

from bedrock_doctor import app
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.scanning import ScanRequest

EVENTS = (5_000, 10_000, 20_000, 40_000, 80_000)
TRAILS = {"0.06 % denied": 0, "10 % denied": 10}
ROLES = 50
"""Whose calls are denied in the second trail: a group each."""
Points = list[tuple[int, float, float]]


def generate(folder: Path, events: int, every: int) -> None:
    """Writes a trail in which every so many events is a denied call to a model."""
    chance = random.Random(7)
    for number in range(events // EVENTS_A_FILE):
        records = [event(chance) for _ in range(EVENTS_A_FILE)]
        for place, record in enumerate(records[::every] if every else ()):
            role = f"arn:aws:iam::111122223333:role/role-{place % ROLES}"
            record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] = role
            record["recipientAccountId"] = "111122223333"
            record["eventSource"], record["eventName"] = "bedrock.amazonaws.com", "Converse"
            record["errorCode"], record["errorMessage"] = "AccessDenied", "is not authorized"
        text = json.dumps({"Records": records}, separators=(",", ":")).encode()
        (folder / f"{number:06}.json.gz").write_bytes(gzip.compress(text, 6))


def scan(folder: str, files: int) -> None:
    """Scans the first files in this process; prints seconds of processor time and peak MB."""
    paths = [str(path) for path in sorted(Path(folder).iterdir())[:files]]
    before = resource.getrusage(resource.RUSAGE_SELF)
    app.scan(ScanRequest(paths, Wanted(), 1), lambda _files, _events: None)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(seconds, after.ru_maxrss / 1024)


def measure(every: int) -> Points:
    """Seconds and MB by events; of two runs the less."""
    points = []
    with tempfile.TemporaryDirectory() as name:
        generate(Path(name), EVENTS[-1], every)
        for events in EVENTS:
            files = str(events // EVENTS_A_FILE)
            runs = [
                subprocess.run(
                    [sys.executable, __file__, "--folder", name, "--files", files],
                    check=True, capture_output=True, text=True,
                ).stdout.split()
                for _ in range(2)
            ]  # fmt: skip
            seconds, memory = (min(float(run[part]) for run in runs) for part in (0, 1))
            points.append((events, seconds, memory))
    return points


def main() -> None:
    """Measures, prints, draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--files", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        scan(given.folder, given.files)
        return
    series = {title: measure(every) for title, every in TRAILS.items()}
    for title, points in series.items():
        print(f"\n{title}\n\n| events | " + " | ".join(f"{p[0]:,}" for p in points) + " |")
        print("|---|" + "---:|" * len(points))
        print("| seconds | " + " | ".join(f"{p[1]:.2f}" for p in points) + " |")
        print("| µs an event | " + " | ".join(f"{p[1] / p[0] * 1e6:.2f}" for p in points) + " |")
        print("| peak MB | " + " | ".join(f"{p[2]:.0f}" for p in points) + " |")
    if given.plot:
        plot(series, "events", ("seconds of processor time", "peak MB"), given.plot)


if __name__ == "__main__":
    main()
