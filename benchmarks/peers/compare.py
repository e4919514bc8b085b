"""Runs this project's engine side by side with two others and prints rates, ratios and agreement.

    python benchmarks/peers/compare.py [--repeat 5] [--tools FOLDER]

The others are installed on demand into FOLDER, by default a temporary one that is removed again:
@cloud-copilot/iam-simulate (npm, AGPL-3.0) and ministack (PyPI, MIT). They are run for comparison
and are no part of this project. node, npm and uv must be there. The engines take turns, each in
its own process, which runs the workload twice and counts the second run: processor time, so that
other programs of the machine disturb little, and node has compiled what it runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from workload import workload

HERE = Path(__file__).parent
IAM_SIMULATE = "@cloud-copilot/iam-simulate@0.1.173"
MINISTACK = "ministack==1.5.33"


def run(*command: str | Path, folder: Path | None = None) -> None:
    """Runs a program to its end.

    Raises:
        SystemExit: it failed; its last words are shown.
    """
    shown = [str(part) for part in command]
    done = subprocess.run(shown, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(shown[:3])} failed:\n{done.stderr[-2000:]}")


def install(tools: Path) -> None:
    """Installs the other engines where they are missing."""
    if not (tools / "node_modules").exists():
        run("npm", "install", "--silent", "--prefix", tools, IAM_SIMULATE)
    if not (tools / "python").exists():
        run("uv", "venv", "--quiet", tools / "python")
        python = tools / "python" / "bin" / "python"
        run("uv", "pip", "install", "--quiet", "--python", python, "--no-deps", MINISTACK)


def main() -> None:
    """Installs, runs in turns, prints a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--tools", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        tools = (given.tools or Path(temporary)).resolve()
        tools.mkdir(exist_ok=True)
        install(tools)
        file, output = Path(temporary) / "workload.json", Path(temporary) / "verdicts.json"
        file.write_text(json.dumps(workload()))
        script, modules = HERE / "iam_simulate.mjs", tools / "node_modules"
        engines: dict[str, list[str | Path]] = {
            "bedrock-doctor": [sys.executable, HERE / "own_engine.py", file],
            "ministack": [tools / "python/bin/python", HERE / "ministack_engine.py", file],
            "iam-simulate, core": ["node", script, modules, file, "core"],
            "iam-simulate, public API": ["node", script, modules, file, "run"],
        }
        rates: dict[str, list[float]] = defaultdict(list)
        verdicts: dict[str, list[str]] = {}
        alone: list[float] = []
        for _ in range(given.repeat):
            for name, command in engines.items():
                run(*command, "2", output)
                found = json.loads(output.read_text())
                rates[name].append(found["rates"][-1])
                alone += found.get("alone", [])[-1:]
                verdicts[name] = found["verdicts"]
    own_rate, own = statistics.median(rates["bedrock-doctor"]), verdicts["bedrock-doctor"]
    print("| engine | decisions/s (median) | ours is faster by | same verdicts |")
    print("|---|---:|---:|---:|")
    for name, every in rates.items():
        rate = statistics.median(every)
        same = sum(a == b for a, b in zip(own, verdicts[name], strict=True))
        print(f"| {name} | {rate:,.0f} | {own_rate / rate:.1f} | {same:,} of {len(own):,} |")
    print(f"\nbedrock-doctor on requests that were built before: {statistics.median(alone):,.0f}/s")


if __name__ == "__main__":
    main()
