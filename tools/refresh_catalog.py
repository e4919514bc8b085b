#!/usr/bin/env python3
"""Writes src/bedrock_doctor/catalog/data/ from the packages of dependency group `catalog`.

    uv sync --group catalog
    tools/refresh_catalog.py --generated-on 2026-11-24 --botocore-date 2026-11-17
    tools/refresh_catalog.py --check --today 2026-12-24

Writing prints what was added, removed and changed, for review; it refuses to lose more than 5 % of
the entries of a kind unless `--accept-losses` is given. `--check` changes nothing: it exits 1 when
a source is older than the age that its file declares, and when the files differ from what the
installed packages give. Dates are arguments, so that the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import catalog_diff
import catalog_packages

DATA = Path(__file__).parent.parent / "src" / "bedrock_doctor" / "catalog" / "data"
SCRIPT = "tools/refresh_catalog.py"
FLOOR = 0.95
LINE = 400

Json = dict[str, Any]


def _text(value: Any) -> str:
    """JSON in which no object that is longer than a line stands on one line, for readable diffs."""
    flat = json.dumps(value, separators=(",", ":"))
    if not isinstance(value, dict) or len(flat) <= LINE:
        return flat
    rows = ",\n".join(f"{json.dumps(name)}:{_text(entry)}" for name, entry in value.items())
    return f"{{\n{rows}\n}}"


def _with_header(data: Json, generated_on: str) -> Json:
    floors = {kind: int(count * FLOOR) for kind, count in catalog_diff.counts(data).items()}
    header = {"generated_by": SCRIPT, "generated_on": generated_on, "floors": floors}
    return {"header": {**header, "sources": data.pop("sources")}, **data}


def _files(botocore_date: str) -> dict[str, Callable[[], Json]]:
    return {
        "service_authorization.json": catalog_packages.service_authorization,
        "bedrock_models.json": catalog_packages.bedrock_models,
        "partitions.json": lambda: catalog_packages.partitions(botocore_date),
    }


def _old(name: str) -> Json:
    path = DATA / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _losses(old: Json, new: Json) -> list[str]:
    found = catalog_diff.counts(new)
    floors = old.get("header", {}).get("floors", {})
    return [
        f"{kind}: {found.get(kind, 0)} entries, at least {floor} expected"
        for kind, floor in floors.items()
        if found.get(kind, 0) < floor
    ]


def write(generated_on: str, botocore_date: str, accept_losses: bool) -> int:
    """Regenerates every file; returns the exit code."""
    built = {name: make() for name, make in _files(botocore_date).items()}
    losses = [loss for name, data in built.items() for loss in _losses(_old(name), data)]
    for name, data in built.items():
        print(f"== {name}")
        for line in catalog_diff.lines(_old(name), data):
            print(line)
    if losses and not accept_losses:
        print("not written, entries are lost (--accept-losses writes all the same):")
        print("\n".join(losses))
        return 1
    DATA.mkdir(exist_ok=True)
    for name, data in built.items():
        (DATA / name).write_text(_text(_with_header(data, generated_on)) + "\n", encoding="utf-8")
    return 0


def check(today: date) -> int:
    """Compares the files with their declared ages and with the installed packages."""
    problems = []
    for name in _files(""):
        header = _old(name)["header"]
        for source in header["sources"]:
            age = (today - date.fromisoformat(source["date"])).days
            if age > source["max_age_days"]:
                limit = source["max_age_days"]
                problems.append(f"{name}: {source['name']} is {age} days old, limit {limit}")
        dates = {source["name"]: source["date"] for source in header["sources"]}
        fresh = _files(dates.get("botocore", ""))[name]()
        if _with_header(fresh, header["generated_on"]) != _old(name):
            problems.append(f"{name}: differs from what the installed packages give")
    print("\n".join(problems) or "catalog is fresh and matches its sources")
    return 1 if problems else 0


def main() -> int:
    """Parses the command line and runs `write` or `check`."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--generated-on", metavar="DATE", help="date that the files shall carry")
    parser.add_argument("--botocore-date", metavar="DATE", help="release date of botocore")
    parser.add_argument("--accept-losses", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="for --check")
    given = parser.parse_args()
    if given.check:
        if given.today is None:
            parser.error("--check needs --today")
        return check(given.today)
    if not given.generated_on or not given.botocore_date:
        parser.error("writing needs --generated-on and --botocore-date")
    return write(given.generated_on, given.botocore_date, given.accept_losses)


if __name__ == "__main__":
    sys.exit(main())
